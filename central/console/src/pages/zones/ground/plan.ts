// A fixed camera's picture as a plan of flat ground: the same figures as the node's `edge/ground/plan.py`. Pure.
// Source: Hartley and Zisserman, 2nd ed., section 5.2.5: the covariance of what is transferred, to first order;
// I. Leenhouts, "On the computation of bi-normal radial error", Navigation 32 (1985).
import type { Point } from "../geometry/outline";
import { tangentAt, type Metres, type Tangent } from "./earth";
import { pseudoInverse, type Matrix } from "./eigen";
import { homography, inverse, through, type Homography } from "./homography";
import type { Pair, Position } from "./known";

const PICTURE_SD = 0.004; // how well somebody clicks a point, in shares of the picture
const GROUND_SD_M = 0.5; // how well a position is known that somebody took from a map
const FLAT = 1e-6;
const WORST_M = 300;
const RADIUS = [1.96079, 0.004121, 0.114276, 0.371625] as const;

export interface Located {
  position: Position;
  /** The radius in metres that holds the true place in 95 of 100 cases. */
  accuracy: number;
  metres: Metres;
}

export interface Plan {
  /** null at the horizon, above it, and where it is worse than 300 m. */
  locate: (point: Point) => Located | null;
  showsGround: (point: Point) => boolean;
  /** In shares of the picture, also outside of it; null behind the camera. */
  pictureOf: (position: Position) => Point | null;
  /** Of each point in turn: how many metres it lies from where the plan has it. */
  residuals: readonly number[];
  rms: number;
  tangent: Tangent;
  pictureOfMetres: (metres: Metres) => Point | null;
  /** Metres of ground for a step to the right and one down, of the whole width and height. */
  slope: (point: Point) => readonly [Metres, Metres];
}

export const rmsOf = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, each) => sum + each * each, 0) / Math.max(1, values.length));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
}

/** The plan of these points; a word where they make none: they leave it open, or lie across the horizon. */
export function planOf(pairs: readonly Pair[]): Plan | "open" | { behind: number[] } {
  const lon = pairs.reduce((sum, { position }) => sum + position[0], 0) / pairs.length;
  const lat = pairs.reduce((sum, { position }) => sum + position[1], 0) / pairs.length;
  const tangent = tangentAt([lon, lat]);
  const metres = pairs.map(({ position }) => tangent.metres(position));
  const seen = pairs.map(({ picture }) => picture);
  const h = homography(seen, metres);
  if (!h) return "open";
  const depths = seen.map((point) => through(h, point).depth);
  const middle = Math.sign(median(depths));
  const behind = depths.flatMap((depth, at) => (depth * middle <= 0 ? [at] : []));
  return behind.length ? { behind } : made(h, pairs, metres, tangent, median(depths));
}

function made(
  h: Homography,
  pairs: readonly Pair[],
  metres: readonly Metres[],
  tangent: Tangent,
  depth: number,
): Plan {
  const back = inverse(h);
  const middle = Math.sign(depth);
  const showsGround = (point: Point) => through(h, point).depth * middle > FLAT * Math.abs(depth);
  const residuals = pairs.map(({ picture }, at) => {
    const [east, north] = through(h, picture).to;
    const [e, n] = metres[at] as Metres;
    return Math.hypot(east - e, north - n);
  });
  const accuracy = accuracyOf(h, pairs, residuals);
  const pictureOfMetres = (at: Metres) => {
    const { to, depth: w } = through(back, at);
    return Math.abs(w) > 1e-12 && showsGround(to) && w * middle > 0 ? to : null;
  };
  return {
    locate: (point) => {
      if (!showsGround(point)) return null;
      const at = through(h, point).to;
      const radius = accuracy(point);
      if (!(radius <= WORST_M) || Math.hypot(...at) > 1e5) return null;
      return { position: tangent.place(at), accuracy: radius, metres: at };
    },
    showsGround,
    pictureOf: (position) => pictureOfMetres(tangent.metres(position)),
    pictureOfMetres,
    residuals,
    rms: rmsOf(residuals),
    tangent,
    slope: (point) => slopeOf(h, point),
  };
}

/** How a place on the ground moves with its point in the picture. */
function slopeOf(h: Homography, point: Point): readonly [Metres, Metres] {
  const { to, depth } = through(h, point);
  const by = (column: 0 | 1): Metres => [
    (h[0][column] - to[0] * h[2][column]) / depth,
    (h[1][column] - to[1] * h[2][column]) / depth,
  ];
  return [by(0), by(1)];
}

/** How it moves with the plan's nine values: 2 x 9. */
function ways(h: Homography, [x, y]: Point): number[][] {
  const { to, depth } = through(h, [x, y]);
  const [east, north] = to;
  const rows = [
    [x, y, 1, 0, 0, 0, -east * x, -east * y, -east],
    [0, 0, 0, x, y, 1, -north * x, -north * y, -north],
  ];
  return rows.map((row) => row.map((each) => each / depth));
}

type Two = readonly [ee: number, en: number, nn: number]; // a symmetric 2 x 2

/** The error of one point as it is known, in square metres. */
function spread(h: Homography, point: Point): Two {
  const [[ax, ay], [bx, by]] = slopeOf(h, point);
  const [s, g] = [PICTURE_SD ** 2, GROUND_SD_M ** 2];
  return [(ax * ax + bx * bx) * s + g, (ax * ay + bx * by) * s, (ay * ay + by * by) * s + g];
}

const turned = ([a, b, c]: Two): Two => {
  const d = a * c - b * b;
  return [c / d, -b / d, a / d];
};

/** The 95 % radius of a point of the picture, by the errors of the points: as known, or as they turn out if worse. */
function accuracyOf(h: Homography, pairs: readonly Pair[], residuals: readonly number[]) {
  const known = pairs.map(({ picture }) => spread(h, picture));
  const count = 2 * pairs.length - 8;
  const sum = residuals.reduce((all, r, at) => {
    const [ee, , nn] = known[at] as Two;
    return all + ((r * r) / (ee + nn)) * 2;
  }, 0);
  const worse = count ? Math.max(1, sum / count) : 1;
  const nine = [...Array(9).keys()];
  const information = nine.map(() => nine.map(() => 0));
  pairs.forEach(({ picture }, at) => {
    const [east = [], north = []] = ways(h, picture);
    const [ee, en, nn] = turned((known[at] as Two).map((each) => each * worse) as unknown as Two);
    for (const i of nine)
      for (const j of nine) {
        const [ei, ej, ni, nj] = [east[i] ?? 0, east[j] ?? 0, north[i] ?? 0, north[j] ?? 0];
        (information[i] as number[])[j] =
          (information[i]?.[j] ?? 0) + ee * ei * ej + en * (ei * nj + ni * ej) + nn * ni * nj;
      }
  });
  const covariance = pseudoInverse(information, 1e-12);
  return (point: Point): number => {
    const [east = [], north = []] = ways(h, point);
    const [ee, en, nn] = spread(h, point);
    return radius95([
      ee + within(covariance, east, east),
      en + within(covariance, east, north),
      nn + within(covariance, north, north),
    ]);
  };
}

const within = (matrix: Matrix, a: readonly number[], b: readonly number[]): number =>
  matrix.reduce(
    (sum, row, i) => sum + (a[i] ?? 0) * row.reduce((all, each, j) => all + each * (b[j] ?? 0), 0),
    0,
  );

/** The radius that holds 95 % of a normal distribution in the plane. */
function radius95([ee, en, nn]: Two): number {
  const [middle, half] = [(ee + nn) / 2, Math.hypot((ee - nn) / 2, en)];
  const [long, short] = [Math.sqrt(Math.max(0, middle + half)), Math.sqrt(Math.max(0, middle - half))];
  if (long === 0) return 0;
  const c = short / long;
  return long * (RADIUS[0] + c * (RADIUS[1] + c * (RADIUS[2] + c * RADIUS[3])));
}
