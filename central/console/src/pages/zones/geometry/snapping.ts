// Where a point goes that is near something: to a corner, an edge, the picture's rim, or a round angle. Pure.
import { clamped, type Outline, type Point, type Size, edges } from "./outline";

export interface Snapped {
  point: Point;
  to: "vertex" | "edge" | "rim" | "angle" | null;
}

export interface Around {
  /** What there is to snap to: the other zones, and the outline's own other points. */
  outlines: readonly Outline[];
  /** The picture's size, in which distances are measured. */
  size: Size;
  /** How near is near, in the same pixels. */
  reach: number;
  /** The point before, where the line to it is to have a round angle. */
  from?: Point | null;
}

export const STEP = Math.PI / 12; // 15 degrees

const far = ([ax, ay]: Point, [bx, by]: Point, { width, height }: Size): number =>
  Math.hypot((ax - bx) * width, (ay - by) * height);

/** The point of an edge that is nearest. */
export function nearest(point: Point, [a, b]: [Point, Point], { width, height }: Size): Point {
  const [dx, dy] = [(b[0] - a[0]) * width, (b[1] - a[1]) * height];
  const length = dx * dx + dy * dy;
  if (length === 0) return a;
  const along = ((point[0] - a[0]) * width * dx + (point[1] - a[1]) * height * dy) / length;
  const t = clamped(along);
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
}

function best(point: Point, candidates: Point[], { size, reach }: Around): Point | null {
  const sorted = candidates
    .map((each) => ({ each, by: far(point, each, size) }))
    .filter(({ by }) => by <= reach)
    .sort((a, b) => a.by - b.by);
  return sorted[0]?.each ?? null;
}

function toRim([x, y]: Point, { size, reach }: Around): Point | null {
  const near = (value: number, length: number) =>
    value * length <= reach ? 0 : (1 - value) * length <= reach ? 1 : value;
  const found: Point = [near(x, size.width), near(y, size.height)];
  return found[0] === x && found[1] === y ? null : found;
}

/** The same distance from `from`, at the nearest multiple of 15 degrees as it is seen. */
export function toAngle(point: Point, from: Point, { width, height }: Size): Point {
  const [dx, dy] = [(point[0] - from[0]) * width, (point[1] - from[1]) * height];
  const angle = Math.round(Math.atan2(dy, dx) / STEP) * STEP;
  const length = dx * Math.cos(angle) + dy * Math.sin(angle);
  return [from[0] + (length * Math.cos(angle)) / width, from[1] + (length * Math.sin(angle)) / height];
}

/** An angle that was asked for goes first; then corners, edges, the rim. */
export function snapped(point: Point, around: Around): Snapped {
  const here: Point = [clamped(point[0]), clamped(point[1])];
  if (around.from) {
    const [x, y] = toAngle(point, around.from, around.size);
    return { point: [clamped(x), clamped(y)], to: "angle" };
  }
  const vertex = best(here, around.outlines.flat(), around);
  if (vertex) return { point: vertex, to: "vertex" };
  const lines = around.outlines.filter(({ length }) => length > 1).flatMap(edges);
  const edge = best(
    here,
    lines.map((line) => nearest(here, line, around.size)),
    around,
  );
  if (edge) return { point: edge, to: "edge" };
  const rim = toRim(here, around);
  return rim ? { point: rim, to: "rim" } : { point: here, to: null };
}
