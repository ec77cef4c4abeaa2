// What is to be said of the points of a calibration: why they make no plan, and how well they fit. Pure.
import type { Point, Size } from "../geometry/outline";
import { apart, tangentAt } from "./earth";
import { LEAST, pairsOf, type Known, type Pair } from "./known";
import { planOf, rmsOf, type Plan } from "./plan";

/** Why there is no plan. `points` are places in the list. */
export type Refusal =
  | { code: "none" }
  | { code: "few"; missing: number }
  | { code: "same_picture" | "same_place" | "line"; points: number[] }
  | { code: "open" }
  | { code: "horizon"; points: number[] };

/** What should be known of a plan that there is. */
export type Doubt =
  | { code: "exact" }
  | { code: "bad"; point: number; off: number; rest: number }
  | { code: "poor"; point: number; off: number }
  | { code: "crowded"; share: number }
  | { code: "flat"; points: number[] };

export interface Judged {
  plan: Plan | null;
  refusal: Refusal | null;
  /** By the place in the list: metres, the way the plan has it in the picture; null where not all is said. */
  errors: readonly (number | null)[];
  doubts: readonly Doubt[];
}

const CLOSE = 0.004; // shares of the picture: one click is no surer
const CLOSE_M = 0.05;
const THIN = 0.004; // of a triangle's longest side: nobody clicks better than that
const LEAN = 0.05;
const POOR_M = 2; // as `gewu-edge check` notes it
const CROWDED = 0.04; // of the picture

interface Placed extends Pair {
  at: number; // in the list
}

const placed = (known: readonly Known[]): Placed[] =>
  known.flatMap(({ picture, position }, at) => (picture && position ? [{ picture, position, at }] : []));

function twoOf<T>(items: readonly T[], wrong: (one: T, other: T) => boolean): [T, T] | null {
  for (const [at, one] of items.entries())
    for (const other of items.slice(at + 1)) if (wrong(one, other)) return [one, other];
  return null;
}

const far = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** The height of a triangle over its longest side, as a share of it. */
function thinness([a, b, c]: readonly [Point, Point, Point]): number {
  const twice = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const longest = Math.max(far(a, b), far(b, c), far(a, c));
  return longest ? twice / longest ** 2 : 0;
}

/** Of four points the three that are nearest to one line, here or there. */
function thinnest(four: readonly Placed[]): { points: number[]; share: number } {
  const first = four[0] as Placed;
  const { metres } = tangentAt(first.position);
  const found = four.map((left) => {
    const three = four.filter((each) => each !== left) as [Placed, Placed, Placed];
    const seen = thinness(three.map(({ picture }) => picture) as never);
    const there = thinness(three.map(({ position }) => metres(position)) as never);
    return { points: three.map(({ at }) => at), share: Math.min(seen, there) };
  });
  return found.reduce((best, each) => (each.share < best.share ? each : best));
}

function refused(points: readonly Placed[]): Refusal | null {
  if (!points.length) return { code: "none" };
  if (points.length < LEAST) return { code: "few", missing: LEAST - points.length };
  const seen = twoOf(points, (a, b) => far(a.picture, b.picture) < CLOSE);
  if (seen) return { code: "same_picture", points: seen.map(({ at }) => at) };
  const there = twoOf(points, (a, b) => apart(a.position, b.position) < CLOSE_M);
  if (there) return { code: "same_place", points: there.map(({ at }) => at) };
  if (points.length > LEAST) return null;
  const { points: three, share } = thinnest(points);
  return share < THIN ? { code: "line", points: three } : null;
}

/** The area of their hull as a share of the picture (Andrew's monotone chain). */
export function hullShare(points: readonly Point[]): number {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (all: readonly Point[]) =>
    all.reduce<Point[]>((chain, point) => {
      const kept = [...chain];
      for (;;) {
        const [b, a] = [kept.at(-1), kept.at(-2)];
        if (!a || !b) break;
        if ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 0) break;
        kept.pop();
      }
      return [...kept, point];
    }, []);
  const hull = [...half(sorted).slice(0, -1), ...half(sorted.reverse()).slice(0, -1)];
  const twice = hull.reduce((sum, [ax, ay], at) => {
    const [bx, by] = hull[(at + 1) % hull.length] as Point;
    return sum + ax * by - bx * ay;
  }, 0);
  return Math.abs(twice) / 2;
}

/** One without which the others fit much better: of six points on, for five always fit without one. */
function outlier(points: readonly Placed[], plan: Plan): Doubt | null {
  if (points.length < 6 || plan.rms < 0.3) return null;
  const without = points.map((left) => {
    const rest = points.filter((each) => each !== left);
    const found = planOf(rest);
    if (typeof found === "string" || "behind" in found) return null;
    const at = found.locate(left.picture);
    const off = at ? apart(at.position, left.position) : Infinity;
    return { point: left.at, rest: found.rms, off };
  });
  const best = without.reduce((one, each) => (each && (!one || each.rest < one.rest) ? each : one), null);
  const free = 2 * points.length - 8;
  // Two fewer equations make any fit better: more than that, and by far, is meant.
  const fair = plan.rms * Math.sqrt((free - 2) / free);
  return best && best.rest < 0.4 * fair
    ? { code: "bad", point: best.point, off: best.off, rest: best.rest }
    : null;
}

function doubted(points: readonly Placed[], plan: Plan): Doubt[] {
  const share = hullShare(points.map(({ picture }) => picture));
  const crowded: Doubt[] = share < CROWDED ? [{ code: "crowded", share }] : [];
  if (points.length === LEAST) {
    const { points: three, share: thin } = thinnest(points);
    return [
      { code: "exact" },
      ...(thin < LEAN ? [{ code: "flat", points: three } as const] : []),
      ...crowded,
    ];
  }
  const bad = outlier(points, plan);
  if (bad) return [bad, ...crowded];
  const worst = plan.residuals.reduce(
    (best, each, at) => (each > (plan.residuals[best] ?? 0) ? at : best),
    0,
  );
  const off = plan.residuals[worst] ?? 0;
  const poor = rmsOf(plan.residuals) > POOR_M;
  return [...(poor ? [{ code: "poor", point: points[worst]?.at ?? 0, off } as const] : []), ...crowded];
}

const nothing = (known: readonly Known[], refusal: Refusal): Judged => ({
  plan: null,
  refusal,
  errors: known.map(() => null),
  doubts: [],
});

function judge(known: readonly Known[]): Judged {
  const points = placed(known);
  const wrong = refused(points);
  if (wrong) return nothing(known, wrong);
  const plan = planOf(pairsOf(known));
  if (plan === "open") return nothing(known, { code: "open" });
  if ("behind" in plan)
    return nothing(known, { code: "horizon", points: plan.behind.map((at) => points[at]?.at ?? 0) });
  const errors: (number | null)[] = known.map(() => null);
  points.forEach(({ at }, index) => (errors[at] = plan.residuals[index] ?? null));
  return { plan, refusal: null, errors, doubts: doubted(points, plan) };
}

const judgedOnce = new WeakMap<readonly Known[], Judged>();

/** Worked out once for a list. */
export function judged(known: readonly Known[]): Judged {
  const found = judgedOnce.get(known) ?? judge(known);
  judgedOnce.set(known, found);
  return found;
}

/** The pixel that is worth most metres there: how far it reaches on the ground. */
export function metresOfPixel(plan: Plan, point: Point, { width, height }: Size): number {
  const [right, down] = plan.slope(point);
  return Math.max(Math.hypot(...right) / width, Math.hypot(...down) / height);
}
