// Many points become few: what lies within a radius on the screen is one cluster. Pure.
//
// Theory of operation. Points fall into squares of one radius at the given zoom. The fullest squares first take in
// those of their eight neighbours that have their middle within the radius. That is not the best clustering there
// is, but it depends on the points and the zoom alone (nothing jumps while the map is moved), and twenty thousand
// points take some milliseconds, so it is simply done anew whenever anything changes.
import { TILE } from "./mercator";

/** Places in the world's square, 0 to 1. */
export interface Points {
  x: Float64Array;
  y: Float64Array;
}

/** Of cluster `n`: its middle `x[n], y[n]`, and its points `members[start[n]]` up to `start[n + 1]`. */
export interface Clusters extends Points {
  start: Int32Array;
  members: Int32Array;
  /** By point: its cluster. */
  of: Int32Array;
}

const RADIUS_PX = 46;
const APART_ZOOM = 17; // from here on only what lies at one place is together
const ROW = 2 ** 26;

interface Squares {
  /** By square: its key, the sum of its places, how many there are. */
  keys: number[];
  sumX: number[];
  sumY: number[];
  counts: number[];
  byKey: Map<number, number>;
  /** By point: its square. */
  of: Int32Array;
}

/** zoom: whole; below 0 is 0. */
export function clustered({ x, y }: Points, zoom: number): Clusters {
  const radius = (zoom >= APART_ZOOM ? 1 : RADIUS_PX) / (TILE * 2 ** Math.max(0, zoom));
  const squares = squared({ x, y }, radius);
  return gathered(squares, merged(squares, radius));
}

function squared({ x, y }: Points, size: number): Squares {
  const found: Squares = {
    keys: [],
    sumX: [],
    sumY: [],
    counts: [],
    byKey: new Map(),
    of: new Int32Array(x.length),
  };
  for (let point = 0; point < x.length; point++) {
    const [atX, atY] = [x[point] as number, y[point] as number];
    const key = Math.floor(atX / size) * ROW + Math.floor(atY / size);
    let square = found.byKey.get(key);
    if (square === undefined) {
      square = found.keys.push(key) - 1;
      found.byKey.set(key, square);
      found.sumX.push(0);
      found.sumY.push(0);
      found.counts.push(0);
    }
    found.sumX[square] = (found.sumX[square] as number) + atX;
    found.sumY[square] = (found.sumY[square] as number) + atY;
    found.counts[square] = (found.counts[square] as number) + 1;
    found.of[point] = square;
  }
  return found;
}

const AROUND = [-ROW - 1, -ROW, -ROW + 1, -1, 1, ROW - 1, ROW, ROW + 1];

/** By square: the square into which it goes. */
function merged(squares: Squares, radius: number): Int32Array {
  const into = new Int32Array(squares.keys.length).fill(-1);
  const { keys, counts, byKey } = squares;
  const order = Int32Array.from(keys.keys()).sort(
    (one, other) =>
      (counts[other] as number) - (counts[one] as number) || (keys[one] as number) - (keys[other] as number),
  );
  for (const square of order) {
    if (into[square] !== -1) continue;
    into[square] = square;
    for (const step of AROUND) {
      const other = byKey.get((keys[square] as number) + step);
      if (other !== undefined && into[other] === -1 && near(squares, square, other, radius))
        into[other] = square;
    }
  }
  return into;
}

function near({ sumX, sumY, counts }: Squares, one: number, other: number, radius: number): boolean {
  const middle = (sums: number[], square: number) => (sums[square] as number) / (counts[square] as number);
  const [x, y] = [middle(sumX, one) - middle(sumX, other), middle(sumY, one) - middle(sumY, other)];
  return x * x + y * y < radius * radius;
}

function gathered(squares: Squares, into: Int32Array): Clusters {
  const numbers = new Int32Array(into.length).fill(-1);
  let many = 0;
  for (const [square, kept] of into.entries()) if (square === kept) numbers[square] = many++;
  const [x, y, counts] = [new Float64Array(many), new Float64Array(many), new Int32Array(many)];
  for (const [square, kept] of into.entries()) {
    const number = numbers[kept] as number;
    x[number] = (x[number] as number) + (squares.sumX[square] as number);
    y[number] = (y[number] as number) + (squares.sumY[square] as number);
    counts[number] = (counts[number] as number) + (squares.counts[square] as number);
  }
  const start = new Int32Array(many + 1);
  for (let n = 0; n < many; n++) {
    const count = counts[n] as number;
    x[n] = (x[n] as number) / count;
    y[n] = (y[n] as number) / count;
    start[n + 1] = (start[n] as number) + count;
  }
  const of = squares.of.map((square) => numbers[into[square] as number] as number);
  return { x, y, start, of, members: inOrder(of, start) };
}

/** The points of each cluster, one cluster after the other. */
function inOrder(of: Int32Array, start: Int32Array): Int32Array {
  const next = start.slice();
  const members = new Int32Array(of.length);
  for (const [point, cluster] of of.entries()) {
    const at = next[cluster] as number;
    members[at] = point;
    next[cluster] = at + 1;
  }
  return members;
}
