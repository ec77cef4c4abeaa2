// Outlines in shares of the picture: x to the right, y downwards, 0 to 1. Pure.

export type Point = readonly [x: number, y: number];
export type Outline = readonly Point[];
/** Left, top, right, bottom. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];
/** Width and height of a picture, in any unit: distances and angles are measured in its pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const PLACES = 4; // a ten-thousandth of the picture is less than a pixel

const next = (outline: Outline, at: number): Point => outline[(at + 1) % outline.length] as Point;

export const clamped = (value: number): number => Math.min(1, Math.max(0, value));
export const rounded = (value: number): number => Number(value.toFixed(PLACES));
export const tidy = ([x, y]: Point): Point => [rounded(clamped(x)), rounded(clamped(y))];

/** Every edge from a point to the one after it, the last one closing the outline. */
export const edges = (outline: Outline): [Point, Point][] =>
  outline.map((point, at) => [point, next(outline, at)]);

/** Twice the area with its sign: positive where it turns clockwise as seen (y points down). */
const turned = (outline: Outline): number =>
  edges(outline).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0);

/** A share of the picture. */
export const area = (outline: Outline): number => Math.abs(turned(outline)) / 2;

export function bounds(outline: Outline): Box {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The middle of what it encloses; of its points, where that is nothing. */
export function middle(outline: Outline): Point {
  const twice = turned(outline);
  if (Math.abs(twice) < 1e-9) {
    const [x1, y1, x2, y2] = bounds(outline);
    return [(x1 + x2) / 2, (y1 + y2) / 2];
  }
  let [x, y] = [0, 0];
  for (const [[ax, ay], [bx, by]] of edges(outline)) {
    const cross = ax * by - bx * ay;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return [x / (3 * twice), y / (3 * twice)];
}

export const ofBox = ([x1, y1, x2, y2]: Box): Outline => [
  [x1, y1],
  [x2, y1],
  [x2, y2],
  [x1, y2],
];

/** The upright box between two corners, whichever they are. */
export const between = ([ax, ay]: Point, [bx, by]: Point): Box => [
  Math.min(ax, bx),
  Math.min(ay, by),
  Math.max(ax, bx),
  Math.max(ay, by),
];

export const withPoint = (outline: Outline, at: number, point: Point): Outline =>
  outline.map((each, index) => (index === at ? tidy(point) : each));

/** A new point after the one at `at`. */
export const inserted = (outline: Outline, at: number, point: Point): Outline => [
  ...outline.slice(0, at + 1),
  tidy(point),
  ...outline.slice(at + 1),
];

/** Halfway from a point to the next one. */
export function halfway(outline: Outline, at: number): Point {
  const [[ax, ay], [bx, by]] = [outline[at] as Point, next(outline, at)];
  return [(ax + bx) / 2, (ay + by) / 2];
}

export const without = (outline: Outline, at: number): Outline => outline.filter((_, index) => index !== at);

/** Moved as far as the picture's rim allows, in its own shape. */
export function moved(outline: Outline, dx: number, dy: number): Outline {
  const [x1, y1, x2, y2] = bounds(outline);
  const [byX, byY] = [Math.max(-x1, Math.min(1 - x2, dx)), Math.max(-y1, Math.min(1 - y2, dy))];
  return outline.map(([x, y]) => tidy([x + byX, y + byY]));
}
