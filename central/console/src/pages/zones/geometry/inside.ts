// What lies in an outline, and how much of one lies in another. Outlines must not cross themselves. Pure.
import { area, bounds, edges, ofBox, type Box, type Outline, type Point } from "./outline";

/** What touches the ground: the lowest part of a box, as the node takes it (`edge/geometry.py`). */
export const FOOTPRINT_SHARE = 0.3;

/** Even-odd rule; a point on the rim may be either. */
export function contains(outline: Outline, [x, y]: Point): boolean {
  let inside = false;
  for (const [[ax, ay], [bx, by]] of edges(outline))
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  return inside;
}

/** What is left of a convex polygon on the left side of a line (Sutherland and Hodgman, 1974). */
function cut(polygon: Point[], a: Point, b: Point, sign: number): Point[] {
  const side = (p: Point) => sign * ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
  return edges(polygon).flatMap(([p, q]) => {
    const [sp, sq] = [side(p), side(q)];
    const kept: Point[] = sp >= 0 ? [p] : [];
    if (sp >= 0 === sq >= 0) return kept;
    const t = sp / (sp - sq);
    return [...kept, [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t] as Point];
  });
}

type Triangle = readonly [Point, Point, Point];

const turn = ([[ax, ay], [bx, by], [cx, cy]]: Triangle): number =>
  Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));

function shared(one: Triangle, other: Triangle): number {
  const sign = turn(one);
  const left = edges(one).reduce<Point[]>(
    (rest, [a, b]) => (rest.length ? cut(rest, a, b, sign) : rest),
    [...other],
  );
  return left.length > 2 ? area(left) : 0;
}

/** Triangles from the first point whose signed sum is the outline, whatever its shape. */
function fan(outline: Outline): Triangle[] {
  const [first, ...rest] = outline as [Point, ...Point[]];
  return rest.slice(1).map((point, at) => [first, rest[at] as Point, point] as const);
}

const apart = (a: Box, b: Box): boolean => a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];

/** The area that two outlines share, a share of the picture. */
export function overlap(one: Outline, other: Outline): number {
  if (one.length < 3 || other.length < 3 || apart(bounds(one), bounds(other))) return 0;
  let sum = 0;
  for (const a of fan(one)) for (const b of fan(other)) sum += turn(a) * turn(b) * shared(a, b);
  return Math.abs(sum);
}

/** How much of the first lies in the second, 0 to 1. */
export function covered(one: Outline, other: Outline): number {
  const whole = area(one);
  return whole > 0 ? Math.min(1, overlap(one, other) / whole) : 0;
}

/** The lowest strip of a box, which is what a rule looks at. */
export function footprint([x1, y1, x2, y2]: Box): Box {
  return [x1, y2 - FOOTPRINT_SHARE * (y2 - y1), x2, y2];
}

/** How much of a box's footprint lies in an outline, 0 to 1. */
export const footShare = (box: Box, outline: Outline): number => covered(ofBox(footprint(box)), outline);
