import { expect, test } from "vitest";
import { sketchOf } from "./drawing";

const path = {
  properties: { sort: "path" as const },
  geometry: {
    type: "LineString",
    coordinates: [
      [116.7, 39.5, 90],
      [116.701, 39.5],
    ],
  },
};
const ring = [
  [116.699, 39.499],
  [116.701, 39.499],
  [116.701, 39.501],
  [116.699, 39.499],
];
const ground = {
  properties: { sort: "coverage" as const },
  geometry: { type: "MultiPolygon", coordinates: [[ring], [ring]] },
};

test("path and ground lie within the sketch, north up", () => {
  const sketch = sketchOf([path, ground]);
  expect(sketch?.ground.match(/Z/g)).toHaveLength(2);
  const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = sketch?.ends ?? [];
  expect(x2).toBeGreaterThan(x1);
  expect(y1).toBe(y2);
  expect(y1).toBeCloseTo(180);
  expect(sketch?.middle[0]).toBeCloseTo(116.7);
  expect(sketch?.scale.metres).toBe(100);
});

test("nothing lies nowhere, and a point is no reason to fail", () => {
  expect(sketchOf([])).toBeNull();
  const still = { ...path, geometry: { type: "LineString", coordinates: [[116.7, 39.5]] } };
  expect(sketchOf([still])?.path).toBe("M320.0 180.0");
});
