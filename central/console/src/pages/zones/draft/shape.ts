// A camera's zones as a node's configuration writes them. What this console does not know of is kept as it is.
import type { Outline } from "../geometry/outline";
import { knownOf, type Known, type Position } from "../ground/known";

export interface Rule {
  kind: string;
  incident: string;
  id?: string | null;
  [key: string]: unknown;
}

export interface Span {
  days: string[];
  hours: string;
}

export interface Schedule {
  timezone?: string;
  calendar?: string;
  spans: Span[];
  holidays?: string[];
  workdays?: string[];
}

export interface Zone {
  id: string;
  name?: string | null;
  polygon: Outline;
  /** Given on the ground: its polygon is where the calibration has that in the picture. */
  placed?: readonly Position[] | null;
  schedule?: Schedule | null;
  rules: Rule[];
  [key: string]: unknown;
}

export interface Draft {
  zones: readonly Zone[];
  ignore: readonly Outline[];
  /** Points of the ground, as far as they are said. */
  known: readonly Known[];
}

/** An outline of the draft: that of a zone by its id, or one in which nothing counts, by its place. */
export type Which = { zone: string } | { ignore: number };

export const NOTHING: Draft = { zones: [], ignore: [], known: [] };

/** Its id, or one made of its kind and what it opens, as the node names it. */
export const ruleName = (rule: Rule): string => rule.id || `${rule.kind}-${rule.incident}`;

export const sameOne = (a: Which | null, b: Which | null): boolean => JSON.stringify(a) === JSON.stringify(b);

export const zoneOf = (draft: Draft, which: Which | null): Zone | undefined =>
  which && "zone" in which ? draft.zones.find(({ id }) => id === which.zone) : undefined;

export function outlineOf(draft: Draft, which: Which | null): Outline | undefined {
  if (!which) return undefined;
  return "zone" in which ? zoneOf(draft, which)?.polygon : draft.ignore[which.ignore];
}

/** Every outline but one, to snap to and to compare with. */
export function otherOutlines(draft: Draft, which: Which | null): Outline[] {
  const zones = draft.zones.filter(({ id }) => !(which && "zone" in which && which.zone === id));
  const ignore = draft.ignore.filter((_, at) => !(which && "ignore" in which && which.ignore === at));
  return [...zones.map(({ polygon }) => polygon), ...ignore];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function outline(value: unknown): Outline {
  return listed(value).map((point) => [Number(listed(point)[0]), Number(listed(point)[1])] as const);
}

function zone(value: unknown): Zone[] {
  if (!isRecord(value) || typeof value.id !== "string") return [];
  const rules = listed(value.rules).filter((each): each is Rule => isRecord(each) && "kind" in each);
  const { ground, ...rest } = value;
  const placed = "polygon" in value ? {} : { placed: outline(ground) };
  const kept = "polygon" in value ? value : rest;
  return [{ ...kept, ...placed, id: value.id, polygon: outline(value.polygon), rules }];
}

/** Reads what a node or the centre says; what is no zone is left out. */
export function draftOf(said: Partial<Record<string, unknown>> | null | undefined): Draft {
  const points = isRecord(said?.ground) ? said.ground.points : undefined;
  return {
    zones: listed(said?.zones).flatMap(zone),
    ignore: listed(said?.ignore).map(outline),
    known: knownOf(said?.known ?? points),
  };
}
