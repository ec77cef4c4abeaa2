// From how many tickets on a cell has which shade. Pure.

const NICE = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** Where each of at most five shades begins, rising; the counts of all cells that have any. */
export function stepsOf(counts: readonly number[]): number[] {
  const most = Math.max(0, ...counts);
  if (most === 0) return [1];
  const wanted = [0, 0.35, 0.6, 0.82, 0.95].map((share) => quantile(counts, share));
  const nice = wanted.map((value) => NICE.findLast((each) => each <= Math.max(1, value)) ?? 1);
  nice[0] = 1;
  return nice.reduce<number[]>((steps, step) => {
    const last = steps.at(-1) ?? 0;
    const next = step > last ? step : NICE.find((each) => each > last);
    return next !== undefined && next <= most ? [...steps, next] : steps;
  }, []);
}

function quantile(values: readonly number[], share: number): number {
  const inOrder = [...values].sort((one, other) => one - other);
  return inOrder[Math.min(inOrder.length - 1, Math.floor(share * inOrder.length))] ?? 0;
}

/** How strongly a shade covers the ground, from 0 for nothing. */
export const SHADES = [0, 0.09, 0.18, 0.28, 0.4, 0.54] as const;

/** How strongly so many tickets cover their cell; steps: from how many on each shade begins. */
export const shadeOf = (many: number, steps: readonly number[]): number =>
  SHADES[Math.min(steps.filter((from) => many >= from).length, SHADES.length - 1)] as number;
