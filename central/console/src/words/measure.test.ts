import { expect, test } from "vitest";
import { measureOf } from "./measure";

test("figures beside what was needed", () => {
  const dwelt = { code: "dwelt", text: "", values: { stood_s: 240, dwell_s: 180 } };
  expect(measureOf(dwelt)).toEqual({ value: 240, limit: 180, unit: "s" });
  expect(measureOf({ code: "other", text: "" })).toBeNull();
});
