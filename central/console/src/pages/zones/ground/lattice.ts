// A grid of metres as the picture shows it, to judge a calibration by eye. Pure.
import type { Point } from "../geometry/outline";
import type { Metres } from "./earth";
import type { Plan } from "./plan";

export interface Lattice {
  /** Metres between two lines. */
  step: number;
  lines: { points: Point[]; strong: boolean }[];
}

const STEPS = [0.5, 1, 2, 5, 10, 20, 50];
const MOST = 60; // lines: more hide the picture
const FARTHEST = 150; // metres from the middle of the points
const SAMPLES = 40;

/** The ground that the picture shows, as far as it is worth a grid: west, south, east, north in metres. */
function shown(plan: Plan): [number, number, number, number] | null {
  const found: Metres[] = [];
  for (let row = 0; row <= SAMPLES; row++)
    for (let column = 0; column <= SAMPLES; column++) {
      const at = plan.locate([column / SAMPLES, row / SAMPLES]);
      if (at && Math.hypot(...at.metres) < FARTHEST) found.push(at.metres);
    }
  if (found.length < 3) return null;
  const [east, north] = [found.map(([e]) => e), found.map(([, n]) => n)];
  return [Math.min(...east), Math.min(...north), Math.max(...east), Math.max(...north)];
}

const near = ([x, y]: Point): boolean => x > -0.2 && x < 1.2 && y > -0.2 && y < 1.2;

/** Parts of a line that the picture shows. */
function parts(plan: Plan, from: Metres, to: Metres): Point[][] {
  const count = Math.max(2, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 1));
  const found: Point[][] = [[]];
  for (let at = 0; at <= count; at++) {
    const share = at / count;
    const point = plan.pictureOfMetres([
      from[0] + (to[0] - from[0]) * share,
      from[1] + (to[1] - from[1]) * share,
    ]);
    if (point && near(point)) found.at(-1)?.push(point);
    else if (found.at(-1)?.length) found.push([]);
  }
  return found.filter((part) => part.length > 1);
}

const along = (least: number, most: number, step: number): number[] => {
  const first = Math.ceil(least / step);
  return [...Array(Math.max(0, Math.floor(most / step) - first + 1)).keys()].map((at) => (first + at) * step);
};

export function lattice(plan: Plan, wanted?: number): Lattice | null {
  const area = shown(plan);
  if (!area) return null;
  const [west, south, east, north] = area;
  const count = (step: number) => (east - west) / step + (north - south) / step;
  const step = wanted ?? STEPS.find((each) => count(each) <= MOST) ?? 50;
  const strong = (at: number) => Math.abs(at / step) % 5 === 0;
  const lines = [
    ...along(west, east, step).map((e) => ({ from: [e, south], to: [e, north], strong: strong(e) })),
    ...along(south, north, step).map((n) => ({ from: [west, n], to: [east, n], strong: strong(n) })),
  ].slice(0, 4 * MOST);
  return {
    step,
    lines: lines.flatMap(({ from, to, strong: bold }) =>
      parts(plan, from as unknown as Metres, to as unknown as Metres).map((points) => ({
        points,
        strong: bold,
      })),
    ),
  };
}
