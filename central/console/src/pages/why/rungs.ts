// How far each candidate came: the node's gates, and then the centre's. Pure.
import type { Became, Candidate, Gate } from "./asking";

/** A candidate is one thing at one place for one rule, from a moment on. */
export const keyOf = ({ place, zone, rule, since }: Candidate): string =>
  [place, zone ?? "", rule ?? "", since].join("|");

export const NO_ZONE = "-";

export interface Wanted {
  zone?: string;
  outcome?: string;
}

/** Those that are asked for, by the time at which they began. */
export function shown(candidates: readonly Candidate[], { zone, outcome }: Wanted): Candidate[] {
  return candidates
    .filter((one) => zone === undefined || (one.zone ?? NO_ZONE) === zone)
    .filter((one) => outcome === undefined || one.outcome === outcome)
    .toSorted((one, other) => Date.parse(one.since) - Date.parse(other.since));
}

export const zonesOf = (candidates: readonly Candidate[]): string[] =>
  [...new Set(candidates.map(({ zone }) => zone ?? NO_ZONE))].sort();

/** The gate that says most: where it was stopped or waits, else the last that it passed. */
export const lastGate = ({ gates }: Candidate): Gate | null =>
  gates.find(({ state }) => state === "stopped" || state === "waiting") ??
  gates.findLast(({ state }) => state === "passed") ??
  null;

/** What became of it at the centre; null where it was never told. */
export const becameOf = (candidate: Candidate, known: readonly Became[]): Became | null =>
  known.find(({ situation }) => situation === candidate.situation) ?? null;

/** Those that the centre knows and the node did not tell of. */
export const besides = (candidates: readonly Candidate[], known: readonly Became[]): Became[] => {
  const told = new Set(candidates.map(({ situation }) => situation));
  return known.filter(({ situation }) => !told.has(situation));
};

/** A time as shares of the whole, cut off where it reaches beyond. */
export function placed(
  since: string,
  until: string,
  from: number,
  to: number,
): { left: number; width: number } {
  const share = (stamp: string) => Math.min(1, Math.max(0, (Date.parse(stamp) - from) / (to - from)));
  const [left, right] = [share(since), share(until)];
  return { left, width: Math.max(0.002, right - left) };
}
