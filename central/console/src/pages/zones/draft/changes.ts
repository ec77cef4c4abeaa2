// What can be done to a draft. Each gives a new one and leaves the old as it was. Pure.
import type { Outline } from "../geometry/outline";
import { moved } from "../geometry/outline";
import type { Position } from "../ground/known";
import { placedAnew, planIn, redrawn } from "./grounding";
import { outlineOf, zoneOf, type Draft, type Rule, type Which, type Zone } from "./shape";

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const isId = (text: string): boolean => ID.test(text);

/** `zone-1`, `zone-2` ...: the first that is free. */
export function freeId(draft: Draft, wish = "zone"): string {
  const taken = new Set(draft.zones.map(({ id }) => id));
  const stem = wish.replace(/-\d+$/, "").slice(0, 58);
  for (let at = 1; ; at++) if (!taken.has(`${stem}-${at}`)) return `${stem}-${at}`;
}

/** What a new zone looks for until somebody says otherwise. */
export const firstRule = (): Rule => ({ kind: "dwell", incident: "illegal_parking", dwell: "5m" });

export function withOutline(draft: Draft, which: Which, outline: Outline): Draft {
  if ("zone" in which) {
    const zone = zoneOf(draft, which);
    const placed = zone?.placed ? placedAnew(planIn(draft), zone, outline) : null;
    // Where it was said to lie is not true any more.
    return withZone(draft, which.zone, { polygon: outline, placed: placed ?? undefined, ground: undefined });
  }
  return { ...draft, ignore: draft.ignore.map((each, at) => (at === which.ignore ? outline : each)) };
}

export function withZone(draft: Draft, id: string, changed: Partial<Zone>): Draft {
  return { ...draft, zones: draft.zones.map((each) => (each.id === id ? { ...each, ...changed } : each)) };
}

/** A corner of a zone of the ground lies elsewhere. */
export function withPlace(draft: Draft, id: string, at: number, place: Position): Draft {
  const placed = zoneOf(draft, { zone: id })?.placed?.map((each, index) => (index === at ? place : each));
  return placed ? redrawn(withZone(draft, id, { placed })) : draft;
}

export function withRule(draft: Draft, id: string, at: number, rule: Rule | null): Draft {
  const rules = zoneOf(draft, { zone: id })?.rules ?? [];
  const changed = rules.flatMap((each, index) => (index === at ? (rule ? [rule] : []) : [each]));
  return withZone(draft, id, { rules: at === rules.length && rule ? [...rules, rule] : changed });
}

export type Made = [draft: Draft, which: Which];

export function added(draft: Draft, outline: Outline, as: "zone" | "ignore"): Made {
  if (as === "ignore")
    return [{ ...draft, ignore: [...draft.ignore, outline] }, { ignore: draft.ignore.length }];
  const zone: Zone = { id: freeId(draft), polygon: outline, rules: [firstRule()] };
  return [{ ...draft, zones: [...draft.zones, zone] }, { zone: zone.id }];
}

export function removed(draft: Draft, which: Which): Draft {
  if ("zone" in which) return { ...draft, zones: draft.zones.filter(({ id }) => id !== which.zone) };
  return { ...draft, ignore: draft.ignore.filter((_, at) => at !== which.ignore) };
}

/** What was copied: a whole zone, or an outline in which nothing counts. */
export type Copied = { zone: Zone } | { ignore: Outline };

export function copied(draft: Draft, which: Which): Copied | null {
  const zone = zoneOf(draft, which);
  if (zone) return { zone };
  const ignore = outlineOf(draft, which);
  return ignore ? { ignore } : null;
}

const BESIDE = 0.02;

/** A copy, a little beside where the same outline is already. */
export function pasted(draft: Draft, copy: Copied): Made {
  const there = new Set([...draft.zones.map(({ polygon }) => polygon), ...draft.ignore].map(String));
  let outline = "zone" in copy ? copy.zone.polygon : copy.ignore;
  for (let tries = 0; there.has(String(outline)) && tries < 40; tries++)
    outline = moved(outline, tries < 20 ? BESIDE : -BESIDE, tries < 20 ? BESIDE : -BESIDE);
  if ("ignore" in copy) return added(draft, outline, "ignore");
  const taken = draft.zones.some(({ id }) => id === copy.zone.id);
  const zone = {
    ...copy.zone,
    placed: undefined,
    ground: undefined,
    id: taken ? freeId(draft, copy.zone.id) : copy.zone.id,
    polygon: outline,
  };
  return [{ ...draft, zones: [...draft.zones, zone] }, { zone: zone.id }];
}

/** Another id; the same draft where it is none, or taken. */
export function renamed(draft: Draft, id: string, to: string): Draft {
  if (!isId(to) || draft.zones.some((zone) => zone.id === to)) return draft;
  return withZone(draft, id, { id: to });
}

/** A key that is not said counts as the node's own default. */
export function withKey(rule: Rule, key: string, value: unknown): Rule {
  const rest = Object.entries(rule).filter(([each]) => each !== key);
  const said = value === undefined ? rest : [...rest, [key, value] as const];
  return Object.fromEntries(said) as Rule;
}
