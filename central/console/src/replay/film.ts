// Which look of a film is shown at a moment, and where a moment lies in a ticket's story. Pure.
import type { Schema } from "@/api/client";

export type Look = Schema<"SeenLook">;
export const SPEEDS = [1, 4, 16, 60] as const;

/** The last look at or before a moment (ms), by bisection; null before the first. Looks are in order of time. */
export function lookAt(looks: readonly Look[], at: number): Look | null {
  let [low, high] = [0, looks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Date.parse(looks[middle]?.at ?? "") <= at) low = middle + 1;
    else high = middle;
  }
  return looks[low - 1] ?? null;
}

/** From the first look to the last, ms. */
export function spanOf(looks: readonly Look[]): [number, number] {
  return [Date.parse(looks[0]?.at ?? ""), Date.parse(looks.at(-1)?.at ?? "")];
}

export interface Phase {
  name: "since" | "opened" | "cleared";
  at: number;
  /** Whose it is, where there are several. */
  of?: string;
}

/** A masked picture of the place, and when it was taken (ms). */
export interface Shot {
  at: number;
  src: string;
}

/** The last picture at or before a moment, else the first after it; null without any. In any order. */
export function shotAt(shots: readonly Shot[], at: number): Shot | null {
  const before = shots.filter((shot) => shot.at <= at);
  const latest = (one: Shot, other: Shot) => (other.at > one.at ? other : one);
  if (before.length) return before.reduce(latest);
  return shots.length ? shots.reduce((one, other) => (other.at < one.at ? other : one)) : null;
}

/** The moment of the look so many after the one at a moment; stays within the film. */
export function stepFrom(looks: readonly Look[], at: number, by: number): number {
  const here = looks.indexOf(lookAt(looks, at) as Look);
  const there = looks[Math.max(0, Math.min(looks.length - 1, here + by))];
  return there ? Date.parse(there.at) : at;
}

/** The most things at once in each of so many equal parts of the film. */
export function activityOf(looks: readonly Look[], bins: number): number[] {
  const [from, to] = spanOf(looks);
  const found = new Array<number>(bins).fill(0);
  for (const { at, things } of looks) {
    const share = (Date.parse(at) - from) / Math.max(1, to - from);
    const bin = Math.min(bins - 1, Math.floor(share * bins));
    found[bin] = Math.max(found[bin] ?? 0, things.length);
  }
  return found;
}

/** What happened to the situation within the film. */
export function phasesOf(
  ticket: { since: string; opened_at: string; cleared_at: string | null },
  [from, to]: [number, number],
): Phase[] {
  const all: [Phase["name"], string | null][] = [
    ["since", ticket.since],
    ["opened", ticket.opened_at],
    ["cleared", ticket.cleared_at],
  ];
  return all
    .flatMap(([name, at]) => (at ? [{ name, at: Date.parse(at) }] : []))
    .filter(({ at }) => at >= from && at <= to);
}

const BEFORE_S = 60;
const LONGEST_S = 3_600;

/** The time that is worth seeing: from a little before it began until it was told, or cleared, and a little after. */
export function periodOf(ticket: { since: string; last_seen: string; cleared_at: string | null }) {
  const since = Date.parse(ticket.since) - BEFORE_S * 1_000;
  const end = Date.parse(ticket.cleared_at ?? ticket.last_seen) + BEFORE_S * 1_000;
  const until = Math.min(end, since + LONGEST_S * 1_000);
  return { since: new Date(since).toISOString(), until: new Date(until).toISOString() };
}
