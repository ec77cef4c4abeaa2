import { expect, test } from "vitest";
import { around } from "./smallmap";

const point = { type: "Point" as const, coordinates: [116.7, 39.5] as [number, number] };

test("a point that is known to some metres lies in the middle of a ring of that size", () => {
  const [ring, spot] = around({ geometry: point, accuracy_m: 111.32, method: "source_position" });
  expect(spot).toEqual(point);
  const corners = (ring as { coordinates: number[][][] }).coordinates[0] ?? [];
  const north = Math.max(...corners.map(([, latitude]) => latitude ?? 0));
  expect(north - 39.5).toBeCloseTo(0.001, 6);
  expect(corners[0]).toEqual(corners.at(-1));
});
