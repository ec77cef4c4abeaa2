// What the pages of the fleet reckon from what the centre tells. Pure.
import type { Tone } from "@/parts/Badge";
import type { Brief, Deed, FleetNode, NodeState } from "./asking";

export const DEEDS: readonly Deed[] = ["examine", "diagnose", "reread", "tidy", "renew", "restart"];

export const STATE_TONES: Readonly<Record<Brief["state"], Tone>> = {
  running: "info",
  stopping: "warn",
  stopped: "bad",
  done: "good",
};

/** In the order in which a node goes through them. */
export const NODE_TONES: Readonly<Record<NodeState, Tone>> = {
  waiting: "neutral",
  asked: "info",
  returning: "info",
  done: "good",
  refused: "warn",
  failed: "bad",
  silent: "bad",
  away: "neutral",
  left_out: "neutral",
};
export const NODE_STATES = Object.keys(NODE_TONES) as NodeState[];
const OPEN: readonly NodeState[] = ["waiting", "asked", "returning"];

/** How many nodes of an action are through, and of how many. */
export function through({ nodes }: Pick<Brief, "nodes">): { settled: number; all: number } {
  const counted = Object.entries(nodes) as [NodeState, number][];
  const all = counted.reduce((sum, [, many]) => sum + many, 0);
  const open = counted.reduce((sum, [state, many]) => sum + (OPEN.includes(state) ? many : 0), 0);
  return { settled: all - open, all };
}

const DAY_MS = 86_400_000;
export const SOON_DAYS = 14;

/** Whole days until the certificate ends; null where none is known. */
export function daysLeft({ certificate_until: until }: Pick<FleetNode, "certificate_until">, now: number) {
  return until ? Math.floor((Date.parse(until) - now) / DAY_MS) : null;
}

/** Names of a text: one a line, or with commas. */
export const namesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,，、]+/)
      .map((name) => name.trim().replace(/^gewu:\/\//, ""))
      .filter(Boolean),
  ),
];

const NODE = /^\d{6}\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const isNode = (name: string): boolean => NODE.test(name);
export const isLabel = (name: string): boolean => LABEL.test(name);

const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;
export const isDuration = (said: string): boolean => DURATION.test(said.trim());
