// What runs now and what the draft would tell, laid against each other. Pure.
import type { Schema } from "@/api/client";

export type Supposed = Schema<"Supposed">;
export type Sort = "both" | "gone" | "new";

/** One situation: as it is told now, as the draft would tell it. */
export interface Pair {
  key: string;
  sort: Sort;
  now: Supposed | null;
  draft: Supposed | null;
  /** The draft's where it has one: that is what is judged. */
  one: Supposed;
  /** The live situation that it is, where it was one. */
  live: string | null;
}

export const NOW = "now";
export const DRAFT = "draft";
const AGREE = 0.5; // of two boxes' union
const LASTS_S = 3600; // what has no end yet

const seconds = (stamp: string | null | undefined): number | null =>
  stamp ? Date.parse(stamp) / 1000 : null;

function iou(a: readonly number[], b: readonly number[]): number {
  const side = (from: number, to: number) =>
    Math.max(0, Math.min(a[to] as number, b[to] as number) - Math.max(a[from] as number, b[from] as number));
  const of = (box: readonly number[]) =>
    ((box[2] as number) - (box[0] as number)) * ((box[3] as number) - (box[1] as number));
  const shared = side(0, 2) * side(1, 3);
  const union = of(a) + of(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** The same kind, the same place, at the same time: a zone that was renamed tells the same thing. */
function alike(a: Supposed, b: Supposed): boolean {
  if (a.kind !== b.kind || !a.box || !b.box) return false;
  const [from, to] = [seconds(a.since) ?? 0, seconds(a.cleared) ?? (seconds(a.opened) ?? 0) + LASTS_S];
  const [since, until] = [seconds(b.since) ?? 0, seconds(b.cleared) ?? (seconds(b.opened) ?? 0) + LASTS_S];
  return from < until && since < to && iou(a.box, b.box) >= AGREE;
}

function counterpart(
  of: Supposed,
  among: readonly Supposed[],
  taken: ReadonlySet<Supposed>,
): Supposed | null {
  const free = among.filter((each) => !taken.has(each));
  return (
    free.find(({ situation }) => situation === of.situation) ??
    (of.same ? free.find(({ same }) => same === of.same) : undefined) ??
    free.find((each) => alike(of, each)) ??
    null
  );
}

const paired = (now: Supposed | null, draft: Supposed | null): Pair => {
  const one = (draft ?? now) as Supposed;
  const sort: Sort = now && draft ? "both" : now ? "gone" : "new";
  const live = now?.same ?? draft?.same ?? null;
  return { key: `${sort} ${one.situation} ${one.opened}`, sort, now, draft, one, live };
};

/** In the order in which they were, or would have been, opened. */
export function pairs(situations: readonly Supposed[]): Pair[] {
  const now = situations.filter(({ variant }) => variant === NOW);
  const draft = situations.filter(({ variant }) => variant === DRAFT);
  const taken = new Set<Supposed>();
  const found = now.map((each) => {
    const other = counterpart(each, draft, taken);
    if (other) taken.add(other);
    return paired(each, other);
  });
  const rest = draft.filter((each) => !taken.has(each)).map((each) => paired(null, each));
  return [...found, ...rest].sort((a, b) => (a.one.opened < b.one.opened ? -1 : 1));
}

export interface Tally {
  kind: string;
  now: number;
  draft: number;
  both: number;
  gone: number;
  new: number;
}

/** How many of each kind, the most first. */
export function tallies(found: readonly Pair[]): Tally[] {
  const kinds = new Map<string, Tally>();
  for (const { one, sort } of found) {
    const tally = kinds.get(one.kind) ?? { kind: one.kind, now: 0, draft: 0, both: 0, gone: 0, new: 0 };
    tally[sort] += 1;
    tally.now += sort === "new" ? 0 : 1;
    tally.draft += sort === "gone" ? 0 : 1;
    kinds.set(one.kind, tally);
  }
  return [...kinds.values()].sort((a, b) => b.now + b.draft - a.now - a.draft);
}

/** Where a pair lies on a row of the timeline: shares of its width. */
export interface Bar {
  pair: Pair;
  from: number;
  to: number;
}

export interface Row {
  since: number;
  until: number;
  bars: Bar[];
}

const DAY_S = 86_400;

/** Rows of equal length that end with the period: days of a week, hours of a day. */
export function rows(found: readonly Pair[], since: number, until: number): Row[] {
  const whole = Math.max(1, until - since);
  const long = whole > 2 * DAY_S ? DAY_S : Math.max(1, whole / Math.min(6, Math.ceil(whole / 14_400)));
  const count = Math.ceil(whole / long - 1e-9);
  return Array.from({ length: count }, (_, at): Row => {
    const [begin, end] = [until - long * (count - at), until - long * (count - at - 1)];
    return { since: begin, until: end, bars: found.flatMap((pair) => bar(pair, begin, end)) };
  });
}

function bar(pair: Pair, since: number, until: number): Bar[] {
  const from = seconds(pair.one.opened) ?? 0;
  const to = seconds(pair.one.cleared) ?? until;
  if (to < since || from >= until) return [];
  const share = (at: number) => Math.min(1, Math.max(0, (at - since) / (until - since)));
  return [{ pair, from: share(from), to: Math.max(share(to), share(from)) }];
}
