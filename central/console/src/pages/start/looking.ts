// What a first zone looks for, in a few usual choices. Pure.
import { durationText, secondsOf } from "../zones/draft/durations";
import type { Rule, Zone } from "../zones/draft/shape";

export interface Preset {
  incident: string;
  rule: { kind: string; groups?: readonly string[] };
  dwell: string;
}

export const PRESETS: readonly Preset[] = [
  { incident: "illegal_parking", rule: { kind: "dwell", groups: ["vehicle"] }, dwell: "5m" },
  { incident: "fire_lane_occupied", rule: { kind: "dwell", groups: ["vehicle"] }, dwell: "3m" },
  { incident: "two_wheeler_parking", rule: { kind: "dwell", groups: ["two_wheeler"] }, dwell: "10m" },
  { incident: "shop_overflow", rule: { kind: "cluster" }, dwell: "10m" },
  { incident: "exposed_garbage", rule: { kind: "left" }, dwell: "15m" },
];
export const DWELLS = ["1m", "3m", "5m", "10m", "15m", "30m"] as const;

export const presetOf = (incident: string): Preset | undefined =>
  PRESETS.find((one) => one.incident === incident);
export const ruleOf = ({ rule, incident }: Preset, dwell: string): Rule => ({ ...rule, incident, dwell });

/** What each kind of rule allows at the least, in seconds. */
const LEAST: Readonly<Record<string, number>> = { dwell: 10, cluster: 10, left: 20 };
export const TEST_FOR_S = 900;

/** The same zones, told after a few seconds; and whether that makes any difference. */
export function shortened(zones: readonly Zone[]): { zones: Zone[]; changed: boolean } {
  let changed = false;
  const short = (rule: Rule): Rule => {
    const [now, least] = [secondsOf(rule.dwell), LEAST[rule.kind]];
    if (now === null || least === undefined || now <= least) return rule;
    changed = true;
    return { ...rule, dwell: durationText(least) };
  };
  return { zones: zones.map((zone) => ({ ...zone, rules: zone.rules.map(short) })), changed };
}

/** The longest of what may stand in these zones, in seconds; null where nothing says it. */
export function longest(zones: readonly Zone[]): number | null {
  const all = zones.flatMap(({ rules }) => rules.flatMap(({ dwell }) => secondsOf(dwell) ?? []));
  return all.length ? Math.max(...all) : null;
}
