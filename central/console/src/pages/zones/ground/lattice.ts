// A grid of metres as the picture shows it, to judge a calibration by eye. Pure.
import type { Point } from "../geometry/outline";
import type { Metres } from "./earth";
import type { Plan } from "./plan";

export interface Lattice {
  /** Metres between two lines. */
  step: number;
  lines: { points: Point[]; strong: boolean }[];
}

const STEPS = [0.25, 0.5, 1, 2, 5, 10, 20, 50];
const MOST = 80; // lines each way: more hide the picture
const SQUARES = 10; // across the picture, about, where most of the ground is
const LEAST_SHARE = 0.008; // of the picture: a lower square is only a blur
const FARTHEST = 300; // metres
const SAMPLES = 40;
const NEAR: Point = [0.5, 0.75];

/** How wide a square of so many metres is drawn, and how high, at most. */
function drawn(plan: Plan, at: Point, step: number): number {
  const [right, down] = plan.slope(at);
  return Math.min(step / Math.hypot(...right), step / Math.hypot(...down));
}

/** As many metres as make a square that is good to see. */
function stepFor(plan: Plan): number {
  const at = plan.showsGround(NEAR) ? NEAR : ([0.5, 0.95] as const);
  return STEPS.find((step) => drawn(plan, at, step) >= 0.5 / SQUARES) ?? 50;
}

/** The ground on which squares can be told apart: west, south, east, north in metres. */
function shown(plan: Plan, step: number): [number, number, number, number] | null {
  const found: Metres[] = [];
  for (let row = 0; row <= SAMPLES; row++)
    for (let column = 0; column <= SAMPLES; column++) {
      const point: Point = [column / SAMPLES, row / SAMPLES];
      const at = plan.locate(point);
      if (at && Math.hypot(...at.metres) < FARTHEST && drawn(plan, point, step) >= LEAST_SHARE)
        found.push(at.metres);
    }
  if (found.length < 3) return null;
  const [east, north] = [found.map(([e]) => e), found.map(([, n]) => n)];
  return [Math.min(...east), Math.min(...north), Math.max(...east), Math.max(...north)];
}

const inside = ([x, y]: Point): boolean => x >= 0 && x <= 1 && y >= 0 && y <= 1;

/** Parts of a line that the picture shows. */
function parts(plan: Plan, from: Metres, to: Metres, step: number): Point[][] {
  const count = Math.min(
    600,
    Math.max(2, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / (step / 4))),
  );
  const found: Point[][] = [[]];
  for (let at = 0; at <= count; at++) {
    const share = at / count;
    const point = plan.pictureOfMetres([
      from[0] + (to[0] - from[0]) * share,
      from[1] + (to[1] - from[1]) * share,
    ]);
    if (point && inside(point) && drawn(plan, point, step) >= LEAST_SHARE) found.at(-1)?.push(point);
    else if (found.at(-1)?.length) found.push([]);
  }
  return found.filter((part) => part.length > 1);
}

const along = (least: number, most: number, step: number): number[] => {
  const first = Math.ceil(least / step);
  return [...Array(Math.max(0, Math.floor(most / step) - first + 1)).keys()].map((at) => (first + at) * step);
};

export function lattice(plan: Plan, wanted?: number): Lattice | null {
  const step = wanted ?? stepFor(plan);
  const area = shown(plan, step);
  if (!area) return null;
  const [west, south, east, north] = area;
  const strong = (at: number) => Math.abs(at / step) % 5 === 0;
  const lines = [
    ...along(west, east, step).map((e) => ({ from: [e, south], to: [e, north], strong: strong(e) })),
    ...along(south, north, step).map((n) => ({ from: [west, n], to: [east, n], strong: strong(n) })),
  ].slice(0, 2 * MOST);
  return {
    step,
    lines: lines.flatMap(({ from, to, strong: bold }) =>
      parts(plan, from as unknown as Metres, to as unknown as Metres, step).map((points) => ({
        points,
        strong: bold,
      })),
    ),
  };
}
