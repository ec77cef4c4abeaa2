// What a node refuses of an outline: the rules of `edge/settings.py`, which asks Shapely. Pure.
import { area, edges, type Outline, type Point } from "./outline";

export type Fault =
  | { code: "too_few"; points: number }
  | { code: "outside"; at: number }
  | { code: "crosses"; edges: [number, number]; place: Point }
  | { code: "nothing" };

const LEAST_AREA = 1e-5;
const NEAR = 1e-12;

const same = (a: Point, b: Point): boolean => a[0] === b[0] && a[1] === b[1];
const side = (a: Point, b: Point, c: Point): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
const within = (a: Point, b: Point, p: Point): boolean =>
  p[0] >= Math.min(a[0], b[0]) - NEAR &&
  p[0] <= Math.max(a[0], b[0]) + NEAR &&
  p[1] >= Math.min(a[1], b[1]) - NEAR &&
  p[1] <= Math.max(a[1], b[1]) + NEAR;
const on = (a: Point, b: Point, p: Point): boolean => Math.abs(side(a, b, p)) < NEAR && within(a, b, p);

/** Where two edges cross or touch; null where they do not. */
export function meeting([a, b]: [Point, Point], [c, d]: [Point, Point]): Point | null {
  const touch = [c, d].find((p) => on(a, b, p)) ?? [a, b].find((p) => on(c, d, p));
  if (touch) return touch;
  const [sc, sd] = [side(a, b, c), side(a, b, d)];
  if (sc > 0 === sd > 0 || side(c, d, a) > 0 === side(c, d, b) > 0) return null;
  const share = sc / (sc - sd);
  return [c[0] + (d[0] - c[0]) * share, c[1] + (d[1] - c[1]) * share];
}

/** A point that is given twice in a row, or again at the end, is no fault. The places in the outline are kept. */
function distinct(outline: Outline): { point: Point; at: number }[] {
  const kept = outline.map((point, at) => ({ point, at }));
  return kept.filter(({ point }, index) => {
    const before = kept[(index + kept.length - 1) % kept.length] as { point: Point };
    return kept.length === 1 || !same(point, before.point);
  });
}

/** The first place where the outline crosses or touches itself. */
export function crossing(outline: Outline): Extract<Fault, { code: "crosses" }> | null {
  const points = distinct(outline);
  const lines = edges(points.map(({ point }) => point));
  const count = lines.length;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const place = met(lines, i, j);
      const named = [points[i]?.at ?? 0, points[j]?.at ?? 0] as [number, number];
      if (place) return { code: "crosses", edges: named, place };
    }
  }
  return null;
}

/** Neighbours share a point; they only overlap where one runs back over the other. */
function met(lines: [Point, Point][], i: number, j: number): Point | null {
  const [first, second] = [lines[i], lines[j]] as [[Point, Point], [Point, Point]];
  if (j === i + 1) return on(...first, second[1]) || on(...second, first[0]) ? second[0] : null;
  if (i === 0 && j === lines.length - 1)
    return on(...first, second[0]) || on(...second, first[1]) ? first[0] : null;
  return meeting(first, second);
}

/** What is wrong with it; a node takes an outline for which this is empty. */
export function faults(outline: Outline): Fault[] {
  const outside = outline.findIndex(([x, y]) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1));
  const found: Fault[] = outside < 0 ? [] : [{ code: "outside", at: outside }];
  const points = distinct(outline).length;
  if (points < 3) return [{ code: "too_few", points }, ...found];
  const crossed = crossing(outline);
  if (crossed) found.push(crossed);
  else if (area(outline) < LEAST_AREA) found.push({ code: "nothing" });
  return found;
}
