import { expect, test } from "vitest";
import { reasonWords } from "./reasons";

const words = {
  dwelt: "stood {{stood_s}} s of {{dwell_s}} s",
  dwelt_lain: "lay {{lain_s}} s of {{dwell_s}} s",
  in_zone: "{{share:percent}} in the zone",
  in_zone_bare: "in the zone",
};
const number = (value: number, options?: Intl.NumberFormatOptions) =>
  new Intl.NumberFormat("en-GB", options).format(value);
const told = (code: string, values?: Record<string, number>) =>
  reasonWords({ code, text: "as the node said it", values }, words, number);

test.each([
  ["dwelt", { stood_s: 240.25, dwell_s: 180 }, "stood 240.3 s of 180 s"],
  ["dwelt", { lain_s: 9, dwell_s: 5 }, "lay 9 s of 5 s"],
  ["in_zone", { share: 0.634, needed: 0.5 }, "63.4% in the zone"],
  ["in_zone", undefined, "in the zone"],
  ["dwelt", { stood_s: 1 }, "as the node said it"],
  ["never_heard_of", { x: 1 }, "as the node said it"],
])("%s with %j", (code, values, says) => {
  expect(told(code, values)).toBe(says);
});
