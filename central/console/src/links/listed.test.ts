import { expect, test } from "vitest";
import { around } from "./listed";

test("what is on either side in a list", () => {
  const list = ["T-3", "T-2", "T-1"];
  expect(around(list, "T-3")).toEqual({ at: 1, all: 3, before: null, after: "T-2" });
  expect(around(list, "T-1")).toEqual({ at: 3, all: 3, before: "T-2", after: null });
  expect(around(list, "T-9")).toBeNull();
});
