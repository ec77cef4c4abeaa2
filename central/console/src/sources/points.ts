// A small line of a figure through a day. Pure.

export interface Point {
  at: number;
  value: number;
}

const GAP_MS = 45 * 60_000; // two rows missing: nobody told anything meanwhile

/** Columns as the API tells them, without what nobody told; in order of time. */
export function pointsOf(at: readonly unknown[], values: readonly unknown[]): Point[] {
  return at.flatMap((stamp, n) => {
    const [time, value] = [Date.parse(String(stamp)), values[n]];
    return typeof value === "number" && !Number.isNaN(time) ? [{ at: time, value }] : [];
  });
}

/** SVG path data in a box of this size from `from` to `to` (ms), from 0 up; broken where nobody told anything. */
export function pathOf(
  points: readonly Point[],
  from: number,
  to: number,
  [width, height]: readonly [number, number],
): string {
  const most = Math.max(...points.map(({ value }) => value), 1e-9);
  let before = -Infinity;
  return points
    .map(({ at, value }) => {
      const x = ((at - from) / Math.max(1, to - from)) * width;
      const move = at - before > GAP_MS ? "M" : "L";
      before = at;
      const y = height - (value / most) * height;
      return `${move}${x.toFixed(1)} ${y.toFixed(1)}${move === "M" ? "h1" : ""}`;
    })
    .join("");
}
