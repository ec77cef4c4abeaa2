import { expect, test } from "vitest";
import { Problem } from "./api/problem";
import { asksAgain } from "./queries";

test("a centre that is away or busy is asked again, twice", () => {
  for (const status of [0, 503]) {
    const problem = new Problem(status, {});
    expect([0, 1, 2].map((failures) => asksAgain(failures, problem))).toEqual([true, true, false]);
  }
});

test("a refusal stays a refusal", () => {
  for (const error of [new Problem(403, {}), new Problem(404, {}), new TypeError("broken")]) {
    expect(asksAgain(0, error)).toBe(false);
  }
});
