// Inside everything is WGS-84; only what is drawn over a base map in GCJ-02 is moved there, and back. Pure.
import { fromGcj02, toGcj02, type Position } from "./gcj02";

export interface Datum {
  /** From WGS-84 to where the base map has it. */
  there: (longitude: number, latitude: number) => Position;
  back: (longitude: number, latitude: number) => Position;
  moves: boolean;
}

const stays = (longitude: number, latitude: number): Position => [longitude, latitude];
const WGS84: Datum = { there: stays, back: stays, moves: false };
const GCJ02: Datum = {
  there: (longitude, latitude) => toGcj02([longitude, latitude]),
  back: (longitude, latitude) => fromGcj02([longitude, latitude]),
  moves: true,
};

export const datumOf = (name: "wgs84" | "gcj02"): Datum => (name === "gcj02" ? GCJ02 : WGS84);

type Nested = number | readonly Nested[];

/** Coordinates of any GeoJSON geometry, each position moved. */
export function movedAll(coordinates: Nested, { there }: Datum): Nested {
  if (!Array.isArray(coordinates)) return coordinates;
  const [first, second] = coordinates as readonly Nested[];
  if (typeof first === "number" && typeof second === "number") return [...there(first, second)];
  return (coordinates as readonly Nested[]).map((each) => movedAll(each, { there } as Datum));
}
