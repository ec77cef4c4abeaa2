import { expect, test } from "vitest";
import { asPosition, isShare, numberIn, pairIn } from "./writing";

test("coordinates are read as people write and paste them", () => {
  expect(numberIn(" 114.05 ")).toBe(114.05);
  expect(numberIn("114°")).toBeNull();
  expect(pairIn("114.05, 22.54")).toEqual([114.05, 22.54]);
  expect(pairIn("（114.05）")).toBeNull();
  expect(pairIn("(22.54 114.05)")).toEqual([22.54, 114.05]);
  expect(pairIn("114.05，-22.5")).toEqual([114.05, -22.5]);
  expect(pairIn("114.05")).toBeNull();
  expect(asPosition([114.05, 22.54])).toEqual([114.05, 22.54]);
  expect(asPosition([22.54, 114.05])).toEqual([114.05, 22.54]); // no latitude is 114
  expect(asPosition([214, 114])).toBeNull();
  expect([isShare([0, 1]), isShare([0.5, 1.01])]).toEqual([true, false]);
});
