// Web Mercator: the world is a square from 0 to 1, with 0, 0 in the north-west. Pure.
import type { Position } from "./gcj02";

export const TILE = 512; // pixels of the world at zoom 0, as MapLibre counts

export const worldX = (longitude: number): number => (longitude + 180) / 360;

export function worldY(latitude: number): number {
  const sine = Math.sin((Math.max(-85.051129, Math.min(85.051129, latitude)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export const placeOf = (x: number, y: number): Position => [
  x * 360 - 180,
  (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
];
