// WGS84, and metres east and north around one place: the same as the node's `edge/ground/earth.py`. Pure.
// Source: NIMA TR8350.2 (the ellipsoid); B. R. Bowring, "Transformation from spatial to geographical coordinates",
// Survey Review 181 (1976).
import type { Position } from "./known";

const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const E2 = F * (2 - F);
const EP2 = E2 / (1 - E2);
const RADIANS = Math.PI / 180;

type Vector = readonly [number, number, number];
export type Metres = readonly [east: number, north: number];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function toSpace([lon, lat]: Position): Vector {
  const [phi, lam] = [lat * RADIANS, lon * RADIANS];
  const across = A / Math.sqrt(1 - E2 * Math.sin(phi) ** 2);
  const out = across * Math.cos(phi);
  return [out * Math.cos(lam), out * Math.sin(lam), across * (1 - E2) * Math.sin(phi)];
}

function ofSpace([x, y, z]: Vector): Position {
  const out = Math.hypot(x, y);
  const beta = Math.atan2(z * A, out * B);
  const phi = Math.atan2(z + EP2 * B * Math.sin(beta) ** 3, out - E2 * A * Math.cos(beta) ** 3);
  return [Math.atan2(y, x) / RADIANS, phi / RADIANS];
}

/** The plane that touches the earth at one place. */
export interface Tangent {
  metres: (position: Position) => Metres;
  place: (metres: Metres) => Position;
}

export function tangentAt([lon, lat]: Position): Tangent {
  const [phi, lam] = [lat * RADIANS, lon * RADIANS];
  const origin = toSpace([lon, lat]);
  const east: Vector = [-Math.sin(lam), Math.cos(lam), 0];
  const north: Vector = [-Math.sin(phi) * Math.cos(lam), -Math.sin(phi) * Math.sin(lam), Math.cos(phi)];
  return {
    metres: (position) => {
      const [x, y, z] = toSpace(position);
      const away: Vector = [x - origin[0], y - origin[1], z - origin[2]];
      return [dot(east, away), dot(north, away)];
    },
    place: ([e, n]) =>
      ofSpace([
        origin[0] + e * east[0] + n * north[0],
        origin[1] + e * east[1] + n * north[1],
        origin[2] + e * east[2] + n * north[2],
      ]),
  };
}

/** Metres between two places that are near each other. */
export const apart = (one: Position, other: Position): number => Math.hypot(...tangentAt(one).metres(other));
