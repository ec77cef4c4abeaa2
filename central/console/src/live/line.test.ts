import { expect, test } from "vitest";
import { pause } from "./line";

test("attempts grow apart, never further than ten seconds and a little", () => {
  expect([1, 2, 3, 4, 5, 50].map((failures) => pause(failures, 0.5))).toEqual([
    1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
  expect([pause(1, 0), pause(1, 1)]).toEqual([750, 1_250]);
});
