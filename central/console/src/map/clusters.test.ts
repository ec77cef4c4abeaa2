import { expect, test } from "vitest";
import { clustered, type Points } from "./clusters";
import { placeOf, worldX, worldY } from "./mercator";

/** The same for the same seed. */
function drawn(many: number, seed: number): Points {
  let state = seed;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const x = Float64Array.from({ length: many }, () => worldX(116.6 + 0.25 * next()));
  const y = Float64Array.from({ length: many }, () => worldY(39.45 + 0.15 * next()));
  return { x, y };
}

test("every point is in exactly one cluster, at every zoom", () => {
  const points = drawn(3_000, 7);
  for (let zoom = 0; zoom <= 20; zoom++) {
    const found = clustered(points, zoom);
    expect([...found.members].sort((a, b) => a - b)).toEqual([...points.x.keys()]);
    for (let n = 0; n + 1 < found.start.length; n++)
      for (const point of found.members.slice(found.start[n], found.start[n + 1]))
        expect(found.of[point]).toBe(n);
  }
});

test("few far away, all by themselves near by", () => {
  const points = drawn(20_000, 3);
  expect(clustered(points, 9).x.length).toBeLessThan(40);
  expect(clustered(points, 20).x.length).toBe(20_000);
});

test("a cluster is in the middle of its points", () => {
  const [x, y] = [Float64Array.of(0.5, 0.5 + 1e-9), Float64Array.of(0.25, 0.25 + 3e-9)];
  const found = clustered({ x, y }, 12);
  expect([...found.start]).toEqual([0, 2]);
  expect(found.x[0]).toBeCloseTo(0.5 + 5e-10, 12);
  expect(found.y[0]).toBeCloseTo(0.25 + 1.5e-9, 12);
});

test("what lies at one place stays together however near one comes; nothing is nothing", () => {
  expect(clustered({ x: Float64Array.of(0.5, 0.5), y: Float64Array.of(0.3, 0.3) }, 22).x.length).toBe(1);
  expect(clustered({ x: new Float64Array(), y: new Float64Array() }, 5).x.length).toBe(0);
});

test("there and back through the world's square", () => {
  const [longitude, latitude] = placeOf(worldX(116.7), worldY(39.52));
  expect(longitude).toBeCloseTo(116.7, 9);
  expect(latitude).toBeCloseTo(39.52, 9);
});
