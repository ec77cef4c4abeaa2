import { expect, test } from "vitest";
import { detailsOf } from "./details";

test("fields that were given, and the reasons after the first", () => {
  const reasons = [{ text: "first" }, { text: "second" }];
  expect(detailsOf({ department: "Roads", amount_s: 14400, pictures: ["a"], reasons })).toEqual([
    ["department", "Roads"],
    ["amount_s", "14400"],
    ["reasons", "second"],
  ]);
  expect(detailsOf(null)).toEqual([]);
});
