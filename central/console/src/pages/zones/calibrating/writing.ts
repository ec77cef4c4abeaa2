// Coordinates as people write and paste them. Pure.
import type { Position } from "../ground/known";

const NUMBER = /^[-+]?\d+(?:\.\d*)?$/;
const PAIR = /^\s*\(?\s*([-+]?\d+(?:\.\d+)?)\s*[,;，\s]\s*([-+]?\d+(?:\.\d+)?)\s*\)?\s*$/;

export const numberIn = (text: string): number | null =>
  NUMBER.test(text.trim()) ? Number(text.trim()) : null;

/** Two numbers that were pasted as one text; null where it is no such text. */
export function pairIn(text: string): [number, number] | null {
  const match = PAIR.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

export const isPosition = ([lon, lat]: readonly [number, number]): boolean =>
  Math.abs(lon) <= 180 && Math.abs(lat) <= 85;

/** Longitude and latitude, also where somebody wrote them the other way round and it shows. */
export function asPosition([one, other]: readonly [number, number]): Position | null {
  if (isPosition([one, other])) return [one, other];
  return isPosition([other, one]) ? [other, one] : null;
}

export const isShare = ([x, y]: readonly [number, number]): boolean => x >= 0 && x <= 1 && y >= 0 && y <= 1;
