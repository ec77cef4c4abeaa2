// Zones that are given on the ground, and what of a draft goes to whom. Pure.
import type { Outline } from "../geometry/outline";
import { judged } from "../ground/judging";
import { pairsOf, type Known, type Position } from "../ground/known";
import { toGround, toPicture } from "../ground/placing";
import type { Plan } from "../ground/plan";
import type { Draft, Zone } from "./shape";

export const planIn = ({ known }: Draft): Plan | null => judged(known).plan;

function redrawnZone(plan: Plan, zone: Zone): Zone {
  const polygon = zone.placed ? toPicture(plan, zone.placed) : null;
  return polygon ? { ...zone, polygon } : zone;
}

/** Zones of the ground are where the calibration has them in the picture. */
export function redrawn(draft: Draft): Draft {
  const plan = planIn(draft);
  if (!plan || !draft.zones.some(({ placed }) => placed)) return draft;
  return { ...draft, zones: draft.zones.map((zone) => redrawnZone(plan, zone)) };
}

export const withKnown = (draft: Draft, known: readonly Known[]): Draft => redrawn({ ...draft, known });

/**
 * Where the corners of a zone of the ground lie once its outline was moved; corners that stayed keep their place.
 * null: part of it is at the horizon, so it is given in the picture from now on.
 */
export function placedAnew(plan: Plan | null, zone: Zone, outline: Outline): readonly Position[] | null {
  const found = plan && zone.placed ? toGround(plan, outline) : null;
  if (!found || !zone.placed) return null;
  if (zone.placed.length !== zone.polygon.length) return found;
  const kept = new Map(zone.polygon.map((point, at) => [String(point), zone.placed?.[at]]));
  return found.map((place, at) => kept.get(String(outline[at])) ?? place);
}

/** As a zone of the ground, or of the picture again; the same one where it cannot be. */
export function placedZone(plan: Plan | null, zone: Zone, on: "ground" | "picture"): Zone {
  if (on === "picture") return { ...zone, placed: undefined };
  const found = plan ? toGround(plan, zone.polygon) : null;
  return found ? { ...zone, placed: found, ground: undefined } : zone;
}

const savedZone = ({ placed, polygon, ...rest }: Zone): Record<string, unknown> =>
  placed ? { ...rest, ground: placed } : { ...rest, polygon };

export interface Saved {
  zones: Record<string, unknown>[];
  ignore: readonly Outline[];
  ground: { points: readonly { picture: unknown; position: unknown }[] } | null;
}

/** As a configuration has it: a zone of the ground without an outline of the picture, which the node makes. */
export function asSaved({ zones, ignore, known }: Draft): Saved {
  const points = pairsOf(known);
  return { zones: zones.map(savedZone), ignore, ground: points.length ? { points } : null };
}

/**
 * As it is saved over what counted before. A calibration that is gone is said to be none, so that the one of the
 * node's own file does not count either; where none is known, here or before, nothing is said of it.
 */
export function asChanged(draft: Draft, base: Draft): Partial<Saved> {
  const { ground, ...rest } = asSaved(draft);
  if (ground) return { ...rest, ground };
  if (!pairsOf(base.known).length) return rest;
  return { ...asSaved({ ...draft, zones: asTried(draft) }), ground: { points: [] } };
}

/** As a trial takes it: every zone with its outline in the picture. */
export const asTried = ({ zones }: Draft): Zone[] => zones.map((zone) => ({ ...zone, placed: undefined }));
