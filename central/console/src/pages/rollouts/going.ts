// How a roll-out goes: its stages, and how its nodes fared before and after. Pure.
import type { OfNode, Rollout } from "./asking";

export interface Stage {
  at: number;
  /** Nodes of this stage alone, and of all up to it. */
  size: number;
  upTo: number;
  counts: Rollout["nodes"];
  /** Nodes about which nothing more is to come. */
  settled: number;
  now: boolean;
}

const SETTLED: readonly string[] = ["well", "worse", "refused", "rolled_back", "late", "away", "taken_back"];

export function stagesOf(of: Rollout): Stage[] {
  const over = of.state === "done" || of.state === "aborted";
  return of.stages.map((upTo, at) => {
    const nodes = of.each.filter(({ stage }) => stage === at);
    const counts: Rollout["nodes"] = {};
    for (const { state } of nodes) counts[state] = (counts[state] ?? 0) + 1;
    const settled = nodes.filter(({ state }) => SETTLED.includes(state)).length;
    return { at, size: nodes.length, upTo, counts, settled, now: !over && of.stage === at };
  });
}

/** For how long the stage is watched so far, in seconds; null where it is not. */
export function soaked(of: Pick<Rollout, "state" | "since" | "soak_s">, now: number): number | null {
  if (of.state !== "soaking") return null;
  return Math.max(0, Math.min(of.soak_s, (now - Date.parse(of.since)) / 1_000));
}

export interface Detector {
  ms: number | null;
  /** Things that it sees in a look; null where it has not looked. */
  things: number | null;
}

interface Looking {
  model: string;
  looks: number;
  things: number;
  ms?: number | null;
}

/** How a node's detector fared before and since; null where it told nothing. */
export function detectors({ before, after }: Pick<OfNode, "before" | "after">): {
  before: Detector | null;
  after: Detector | null;
} {
  const was = (before?.looking ?? null) as Looking | null;
  const is = (after?.looking ?? null) as Looking | null;
  return { before: was && rateOf(was), after: is && rateOf(since(is, was)) };
}

/** What it did since then; all of it where another model looks, or it has begun anew. */
function since(is: Looking, was: Looking | null): Looking {
  if (!was || is.model !== was.model || is.looks < was.looks || is.things < was.things) return is;
  return { ...is, looks: is.looks - was.looks, things: is.things - was.things };
}

const rateOf = ({ looks, things, ms }: Looking): Detector => ({
  ms: ms ?? null,
  things: looks > 0 ? things / looks : null,
});

interface Told {
  fps?: number | null;
  delay_s?: number | null;
  state?: string;
}

export interface Compared {
  source: string;
  before: Told | null;
  after: Told | null;
}

/** Figures of each source of a node, before it got the change and when it was judged. */
export function compared({ before, after }: Pick<OfNode, "before" | "after">): Compared[] {
  const of = (told: OfNode["before"]) => (told?.sources ?? {}) as Record<string, Told>;
  const [was, is] = [of(before), of(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().map((source) => ({
    source,
    before: was[source] ?? null,
    after: is[source] ?? null,
  }));
}
