// Where a thing is on the ground. Pure.
import type { Schema } from "@/api/client";

type Geometry = Schema<"Location">["geometry"];

/** Longitude and latitude of a point, or of the middle of a polygon's corners. */
export function middleOf(geometry: Geometry): [number, number] | null {
  if (geometry.type === "Point") return [geometry.coordinates[0] ?? 0, geometry.coordinates[1] ?? 0];
  const ring = geometry.coordinates[0]?.slice(0, -1) ?? [];
  if (!ring.length) return null;
  const mean = (axis: 0 | 1) => ring.reduce((sum, corner) => sum + (corner[axis] ?? 0), 0) / ring.length;
  return [mean(0), mean(1)];
}
