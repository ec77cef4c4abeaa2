// The 3 x 3 that takes points of one plane to those of another. Pure.
// Source: R. Hartley, A. Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed., algorithm 4.2: the
// normalised DLT, as the node has it in `edge/ground/plan.py`.
import type { Point } from "../geometry/outline";
import { eigen } from "./eigen";

export type Row = readonly [number, number, number];
export type Homography = readonly [Row, Row, Row];

/** Eigenvalues are squares of the singular values that the node asks: 1e-4 of the largest. */
const OPEN = 1e-8;
const FLAT = 1e-15;

const times = (m: Homography, n: Homography): Homography =>
  m.map(([a, b, c]) =>
    [0, 1, 2].map((k) => a * (n[0][k] as number) + b * (n[1][k] as number) + c * (n[2][k] as number)),
  ) as unknown as Homography;

export function determinant([[a, b, c], [d, e, f], [g, h, i]]: Homography): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

export function inverse(m: Homography): Homography {
  const [[a, b, c], [d, e, f], [g, h, i]] = m;
  const by = 1 / determinant(m);
  const rows: Homography = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return scaled(rows, by);
}

const scaled = (m: Homography, by: number): Homography =>
  m.map((row) => row.map((each) => each * by)) as unknown as Homography;

const unit = (m: Homography): Homography => scaled(m, 1 / Math.hypot(...m.flat()));

const over = ([a, b, c]: Row, [x, y]: Point): number => a * x + b * y + c;

/** What a point becomes, and how deep it lies: the third value, by which the others are divided. */
export function through(m: Homography, point: Point): { to: Point; depth: number } {
  const depth = over(m[2], point);
  return { to: [over(m[0], point) / depth, over(m[1], point) / depth], depth };
}

/** Their middle to 0, and their mean distance from it to the square root of two; null: they are all the same. */
function normalising(points: readonly Point[]): Homography | null {
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const away = mean(points.map(([x, y]) => Math.hypot(x - mx, y - my)));
  if (away === 0) return null;
  const s = Math.SQRT2 / away;
  return [
    [s, 0, -s * mx],
    [0, s, -s * my],
    [0, 0, 1],
  ];
}

function equations([x, y]: Point, [u, v]: Point): number[][] {
  return [
    [0, 0, 0, -x, -y, -1, v * x, v * y, v],
    [x, y, 1, 0, 0, 0, -u * x, -u * y, -u],
  ];
}

/** null: the points leave it open; three of four lie in one line, or two are the same. */
export function homography(from: readonly Point[], to: readonly Point[]): Homography | null {
  const [a, b] = [normalising(from), normalising(to)];
  if (!a || !b || from.length < 4) return null;
  const rows = from.flatMap((point, at) => equations(through(a, point).to, through(b, to[at] as Point).to));
  const nine = [...Array(9).keys()];
  const sums = nine.map((i) =>
    nine.map((j) => rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0)),
  );
  const { values, vectors } = eigen(sums);
  if ((values[7] as number) < OPEN * (values[0] as number)) return null;
  const h = vectors[8] as number[];
  const inner = [h.slice(0, 3), h.slice(3, 6), h.slice(6, 9)] as unknown as Homography;
  const found = unit(times(times(inverse(b), inner), a));
  return Math.abs(determinant(found)) < FLAT ? null : found;
}
