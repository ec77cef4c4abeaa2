// A searched box, and rings around what is marked.
import type { Feature } from "geojson";
import type { Datum } from "@/map/datum";
import { placeOf } from "@/map/mercator";
import type { Box } from "../filters";
import type { Spot } from "./tickets";

export function outline([west, south, east, north]: Box, { there }: Datum): Feature {
  const corners = [[west, south], [east, south], [east, north], [west, north], [west, south]] as const; // prettier-ignore
  const coordinates = corners.map(([x, y]) => [...there(x, y)]);
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } };
}

export const ringAround = ({ x, y, radius }: Spot, fill: number): Feature => ({
  type: "Feature",
  properties: { radius, fill },
  geometry: { type: "Point", coordinates: [...placeOf(x, y)] },
});
