import { expect, test } from "vitest";
import { joined, manyIn } from "./watching";

const still = (second: number) => ({
  sha256: `s${second}`,
  taken: new Date(second * 1_000).toISOString(),
  hidden: 0,
});

test("each still once, in order of time, a dozen at most", () => {
  const known = joined([], [still(2), still(1)]);
  expect(known.map(({ sha256 }) => sha256)).toEqual(["s1", "s2"]);
  expect(joined(known, [still(2)])).toBe(known);
  const many = joined(
    known,
    Array.from({ length: 20 }, (_, n) => still(n + 3)),
  );
  expect(many).toHaveLength(12);
  expect(many.at(-1)?.sha256).toBe("s22");
});

test("how many a bit of a series has", () => {
  expect([1, 2, 5].map(manyIn)).toEqual([21, 11, 5]);
});
