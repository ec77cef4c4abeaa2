// What an operator should know of a draft before it is tried or saved. Pure.
import { faultsOf, type SettingFault } from "../form/fields";
import { wrongSpan } from "../form/hours";
import { faults, type Fault } from "../geometry/faults";
import { covered, footShare, overlap } from "../geometry/inside";
import type { Plan } from "../ground/plan";
import { area, bounds, type Box, type Size } from "../geometry/outline";
import { planIn } from "./grounding";
import { onGround, type GroundWarning } from "./metres";
import { ruleName, type Draft, type Which, type Zone } from "./shape";

export type Warning = { of: Which; grave: boolean } & (
  | { code: "outline"; fault: Fault }
  | { code: "setting"; rule: number; fault: SettingFault }
  | { code: "hours"; span: number; fault: string }
  | { code: "no_rules" | "same_id" | "no_hours" }
  | { code: "same_rule"; rule: string }
  | { code: "ignored"; share: number }
  | { code: "overlaps"; other: string; share: number }
  | { code: "tiny"; pixels: number; from: "seen" | "outline" }
  | GroundWarning
  | { code: "partly"; seen: number; enough: number; share: number }
);

const OVERLAP = 0.1; // of the smaller of two
const IGNORED = 0.05;
const TINY = 20; // pixels: less is hardly recognised, and its box shakes by a third
const FEW = 3; // boxes that say what is typical

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

function overlaps(draft: Draft, zone: Zone): Warning[] {
  const kinds = new Set(zone.rules.map(({ incident }) => incident));
  const others = draft.zones.filter(
    ({ id, rules }) => id > zone.id && rules.some(({ incident }) => kinds.has(incident)),
  );
  return others.flatMap((other): Warning[] => {
    const least = Math.min(area(zone.polygon), area(other.polygon));
    const share = least > 0 ? overlap(zone.polygon, other.polygon) / least : 0;
    if (share < OVERLAP) return [];
    return [{ of: { zone: zone.id }, grave: false, code: "overlaps", other: other.id, share }];
  });
}

/** Things that stand with some of their footprint in the zone say how large a thing is there. */
function seenIn({ polygon }: Zone, seen: readonly Box[]): { box: Box; share: number }[] {
  return seen.map((box) => ({ box, share: footShare(box, polygon) })).filter(({ share }) => share > 0.05);
}

/** On the ground, where it is known how large things are there; else by what was seen, or in pixels. */
function sized(zone: Zone, seen: readonly Box[], { height }: Size, plan: Plan | null): Warning[] {
  const of = { zone: zone.id };
  const within = seenIn(zone, seen);
  if (within.length < FEW && plan) return [];
  if (within.length < FEW) {
    const [, top, , bottom] = bounds(zone.polygon);
    const pixels = Math.round((bottom - top) * height);
    return pixels < TINY ? [{ of, grave: false, code: "tiny", pixels, from: "outline" }] : [];
  }
  const pixels = Math.round(median(within.map(({ box }) => box[3] - box[1])) * height);
  return [
    ...(pixels < TINY ? [{ of, grave: false, code: "tiny", pixels, from: "seen" } as const] : []),
    ...partly(zone, within),
  ];
}

/** Where most of what is seen there has too little of its footprint in the zone. */
function partly(zone: Zone, within: { share: number }[]): Warning[] {
  const needed = zone.rules.map(({ share }) => (typeof share === "number" ? share : 0.5));
  const share = Math.min(...needed, 1);
  const enough = within.filter((each) => each.share >= share).length;
  if (!needed.length || enough * 2 > within.length) return [];
  return [{ of: { zone: zone.id }, grave: false, code: "partly", seen: within.length, enough, share }];
}

function told(zone: Zone): Warning[] {
  const of = { zone: zone.id };
  const names = zone.rules.map(ruleName);
  const twice = names.filter((name, at) => names.indexOf(name) < at);
  const spans = zone.schedule?.spans ?? [];
  return [
    ...zone.rules.flatMap((rule, at) =>
      faultsOf(rule).map((fault): Warning => ({ of, grave: true, code: "setting", rule: at, fault })),
    ),
    ...twice.map((rule): Warning => ({ of, grave: true, code: "same_rule", rule })),
    ...(zone.rules.length ? [] : [{ of, grave: true, code: "no_rules" } as const]),
    ...(zone.schedule && !spans.length ? [{ of, grave: true, code: "no_hours" } as const] : []),
    ...spans.flatMap((span, at): Warning[] => {
      const fault = wrongSpan(span);
      return fault ? [{ of, grave: true, code: "hours", span: at, fault }] : [];
    }),
  ];
}

function ofZone(draft: Draft, zone: Zone, seen: readonly Box[], size: Size): Warning[] {
  const of = { zone: zone.id };
  const wrong = faults(zone.polygon).map((fault): Warning => ({ of, grave: true, code: "outline", fault }));
  const same = draft.zones.filter(({ id }) => id === zone.id).length > 1;
  const found = [...wrong, ...told(zone)];
  if (same) found.push({ of, grave: true, code: "same_id" });
  if (wrong.length) return found;
  const left = Math.max(0, ...draft.ignore.map((each) => covered(zone.polygon, each)));
  if (left > IGNORED) found.push({ of, grave: false, code: "ignored", share: left });
  const plan = planIn(draft);
  const ground = plan ? onGround(plan, zone, size).map((each): Warning => ({ of, ...each })) : [];
  return [...found, ...overlaps(draft, zone), ...sized(zone, seen, size, plan), ...ground];
}

/**
 * seen: boxes that the node has seen there, as many as are known. size: the picture's, in pixels. What is
 * grave, the node would refuse.
 */
export function warnings(draft: Draft, seen: readonly Box[], size: Size): Warning[] {
  const zones = draft.zones.flatMap((zone) => ofZone(draft, zone, seen, size));
  const rest = draft.ignore.flatMap((outline, ignore) =>
    faults(outline).map((fault): Warning => ({ of: { ignore }, grave: true, code: "outline", fault })),
  );
  return [...zones, ...rest];
}
