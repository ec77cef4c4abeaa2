// Points of the ground that are known in the picture and on the map. Pure.
import type { Point } from "../geometry/outline";

/** Longitude and latitude, WGS84. */
export type Position = readonly [lon: number, lat: number];

/** A point as somebody is about to say it: what is not said yet is null. */
export interface Known {
  picture: Point | null;
  position: Position | null;
}

export interface Pair {
  picture: Point;
  position: Position;
}

export const LEAST = 4;
export const MOST = 64;

export const isWhole = (known: Known): known is Known & Pair => !!known.picture && !!known.position;

/** Those of which both is said; the same list for the same points. */
export function pairsOf(known: readonly Known[]): readonly Pair[] {
  const found = whole.get(known) ?? known.filter(isWhole);
  whole.set(known, found);
  return found;
}
const whole = new WeakMap<readonly Known[], readonly Pair[]>();

const numbers = (value: unknown): [number, number] | null =>
  Array.isArray(value) && value.length === 2 && value.every((each) => Number.isFinite(each))
    ? [value[0] as number, value[1] as number]
    : null;

/** Reads what a configuration, or a draft that was left, says. */
export function knownOf(said: unknown): Known[] {
  if (!Array.isArray(said)) return [];
  return said.slice(0, MOST).flatMap((each: unknown) => {
    const { picture, position } = (each ?? {}) as Record<string, unknown>;
    return [{ picture: numbers(picture), position: numbers(position) }];
  });
}
