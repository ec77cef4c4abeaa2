import { expect, test } from "vitest";
import { SHADES, shadeOf, stepsOf } from "./load";
import { tenths } from "./signs";

test("shares add up to ten, and nothing that is there vanishes", () => {
  for (const counts of [[1], [1, 1, 1], [1_000, 1], [1, 1, 1, 1, 9_996], [0, 5, 0], [3, 3, 3, 1, 1]]) {
    const shares = tenths(counts);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(10);
    for (const [n, count] of counts.entries()) expect((shares[n] as number) > 0).toBe(count > 0);
  }
});

test("shades begin at rising round numbers that occur", () => {
  expect(stepsOf([])).toEqual([1]);
  expect(stepsOf([1, 1, 1])).toEqual([1]);
  const many = Array.from({ length: 1_000 }, (_, n) => Math.ceil(n / 10));
  expect(stepsOf(many)).toEqual([1, 20, 50, 100]);
  for (const counts of [[1, 2, 3], [7, 7, 7, 90], [4_000, 1], many]) {
    const steps = stepsOf(counts);
    expect(steps).toEqual([...new Set(steps)].sort((one, other) => one - other));
    expect(steps.length).toBeLessThanOrEqual(5);
    expect(Math.max(...steps)).toBeLessThanOrEqual(Math.max(...counts));
  }
});

test("a cell is as dark as the steps that it has reached", () => {
  expect([0, 1, 4, 5, 20, 999].map((many) => shadeOf(many, [1, 5, 20]))).toEqual(
    [0, 1, 1, 2, 3, 3].map((n) => SHADES[n]),
  );
  expect(shadeOf(9, [1, 2, 3, 5, 9])).toBe(SHADES[5]);
});
