// What is different between two drafts of a camera, zone by zone. Pure.
import { pairsOf } from "../ground/known";
import { asSaved } from "./grounding";
import { ruleName, type Draft, type Rule, type Zone } from "./shape";

/** One setting that is not the same; undefined: not said, so the node's default. */
export interface Setting {
  rule: string;
  key: string;
  before: unknown;
  after: unknown;
}

export interface ZoneChange {
  zone: string;
  state: "added" | "removed" | "changed";
  outline: boolean;
  name: boolean;
  hours: boolean;
  rulesAdded: string[];
  rulesRemoved: string[];
  settings: Setting[];
}

export interface Difference {
  zones: ZoneChange[];
  /** Whether what is left out differs. */
  ignore: boolean;
  /** Known points of the ground, before and after; null where they are the same. */
  known: [before: number, after: number] | null;
}

/** With keys in order and without what is not said: texts of the same are the same. */
export function plain(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    const entries = Object.entries(each).filter(([, one]) => one !== undefined && one !== null);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export const alike = (a: unknown, b: unknown): boolean => plain(a ?? null) === plain(b ?? null);

function settings(before: Rule, after: Rule): Setting[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => !alike(before[key], after[key]))
    .map((key) => ({ rule: ruleName(after), key, before: before[key], after: after[key] }));
}

/** What the zone is given by: where it lies on the ground, or in the picture. */
const outlineOf = ({ placed, polygon }: Zone): unknown => placed ?? polygon;

function changed(before: Zone, after: Zone): ZoneChange {
  const known = new Map(before.rules.map((rule) => [ruleName(rule), rule]));
  const names = new Set(after.rules.map(ruleName));
  return {
    zone: after.id,
    state: "changed",
    outline: !alike(outlineOf(before), outlineOf(after)),
    name: !alike(before.name, after.name),
    hours: !alike(before.schedule, after.schedule),
    rulesAdded: [...names].filter((name) => !known.has(name)),
    rulesRemoved: [...known.keys()].filter((name) => !names.has(name)),
    settings: after.rules.flatMap((rule) => {
      const was = known.get(ruleName(rule));
      return was ? settings(was, rule) : [];
    }),
  };
}

function whole(zone: Zone, state: "added" | "removed"): ZoneChange {
  const rules = zone.rules.map(ruleName);
  const none = { outline: false, name: false, hours: false, settings: [] };
  return {
    zone: zone.id,
    state,
    ...none,
    rulesAdded: state === "added" ? rules : [],
    rulesRemoved: state === "removed" ? rules : [],
  };
}

/** A zone of the ground without the outline that follows from it. */
const given = ({ polygon, ...zone }: Zone): unknown => (zone.placed ? zone : { ...zone, polygon });

export function compared(before: Draft, after: Draft): Difference {
  const known = new Map(before.zones.map((zone) => [zone.id, zone]));
  const now = new Set(after.zones.map(({ id }) => id));
  const gone = before.zones.filter(({ id }) => !now.has(id)).map((zone) => whole(zone, "removed"));
  const others = after.zones.flatMap((zone) => {
    const was = known.get(zone.id);
    if (!was) return [whole(zone, "added")];
    return alike(given(was), given(zone)) ? [] : [changed(was, zone)];
  });
  const [then, points] = [pairsOf(before.known), pairsOf(after.known)];
  return {
    zones: [...others, ...gone],
    ignore: !alike(before.ignore, after.ignore),
    known: alike(then, points) ? null : [then.length, points.length],
  };
}

/** Whether both would be saved alike; points of the ground of which only one side is said do not count. */
export const isSame = (a: Draft, b: Draft): boolean => alike(asSaved(a), asSaved(b));
