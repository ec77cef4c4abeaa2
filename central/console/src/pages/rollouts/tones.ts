import type { Tone } from "@/parts/Badge";
import type { Brief, NodeState } from "./asking";

export const STATE_TONES: Readonly<Record<Brief["state"], Tone>> = {
  applying: "info",
  soaking: "info",
  stopped: "bad",
  done: "good",
  aborted: "neutral",
};

export const NODE_TONES: Readonly<Record<NodeState, Tone>> = {
  waiting: "neutral",
  sent: "info",
  applied: "info",
  doubtful: "warn",
  well: "good",
  worse: "bad",
  refused: "bad",
  rolled_back: "bad",
  late: "bad",
  away: "neutral",
  taken_back: "warn",
};

/** In the order in which a node goes through them. */
export const NODE_STATES = Object.keys(NODE_TONES) as NodeState[];
