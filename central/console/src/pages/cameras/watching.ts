// A series of stills: how often, for how long, and when it is over. Pure.

export const EVERY_S = [1, 2, 5] as const;
/** Asked for a bit at a time, so that nothing is looked at for long after somebody has left. */
export const CHUNK_S = 20;
/** Nobody looks for longer without saying so again. */
export const LONGEST_S = 300;

export type Stopped = "left" | "hidden" | "long" | "failed";

export interface Still {
  sha256: string;
  taken: string;
  hidden: number;
}

const KEPT = 12;

/** The stills that are shown, oldest first: those that were, and what came, each once, the newest dozen. */
export function joined(known: readonly Still[], came: readonly Still[]): readonly Still[] {
  const here = new Set(known.map(({ sha256 }) => sha256));
  const fresh = came.filter(({ sha256 }) => !here.has(sha256));
  if (!fresh.length) return known;
  return [...known, ...fresh]
    .sort((one, other) => Date.parse(one.taken) - Date.parse(other.taken))
    .slice(-KEPT);
}

/** How many a bit of a series has. */
export const manyIn = (everyS: number): number => Math.floor(CHUNK_S / everyS) + 1;
