import { expect, test } from "vitest";
import { fieldOf, instantOf } from "./local";

test("there and back again", () => {
  const at = Date.UTC(2026, 2, 1, 8, 5, 9);
  expect(instantOf(fieldOf(at))).toBe("2026-03-01T08:05:09.000Z");
});
