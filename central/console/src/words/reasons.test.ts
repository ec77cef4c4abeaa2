import { expect, test } from "vitest";
import { reasonWords, type Reason } from "./reasons";

const templates = {
  dwelt: ["stood {{stood_s}} s of {{dwell_s}} s", "lay {{lain_s}} s of {{dwell_s}} s"],
  in_zone: ["{{share:percent}} in the zone", "in the zone"],
  silent: "quiet for {{silent_s:span}}",
  took_in: "{{from:ticket}} went into this one",
  due: "due {{due:moment}}",
  together: ["{{things}}: {{objects:things}}", "{{things}} of them"],
  "missing_*": "{{tail:field}} is needed",
  failed: "it failed: {{text}}",
  state_is: "{{quantity:quantity}} is {{state:flag}}",
  other_department: ["it is with {{department}}", "it is with another department"],
  suppressed: "number {{number:plain}}",
};
const words: Record<string, string> = {
  "thing/chair": "Stuhl",
  "field/department": "Amt",
  "quantity/contact": "Kontakt",
  "flag.contact/true": "zu",
};
const as = {
  number: (value: number, options?: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat("en-GB", options).format(value),
  span: (seconds: number) => `${seconds / 60} min`,
  moment: (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10),
  word: (group: string, word: string) => words[`${group}/${word}`] ?? word,
  comma: ", ",
};
const told = (reason: Partial<Reason> & { code: string }) =>
  reasonWords({ text: "as the node said it", ...reason }, templates, as);

test.each<[string, Partial<Reason>, string]>([
  ["dwelt", { values: { stood_s: 240.25, dwell_s: 180 } }, "stood 240.3 s of 180 s"],
  ["dwelt", { values: { lain_s: 9, dwell_s: 5 } }, "lay 9 s of 5 s"],
  ["in_zone", { values: { share: 0.634, needed: 0.5 } }, "63.4% in the zone"],
  ["in_zone", {}, "in the zone"],
  ["silent", { values: { silent_s: 120 } }, "quiet for 2 min"],
  ["took_in", { values: { from: 42 } }, "T-000042 went into this one"],
  ["due", { values: { due: 86400 } }, "due 1970-01-02"],
  ["together", { values: { things: 3 }, words: { objects: "2 chair, 1 lamp" } }, "3: 2 × Stuhl, 1 × lamp"],
  ["together", { values: { things: 3 } }, "3 of them"],
  ["missing_department", {}, "Amt is needed"],
  ["failed", {}, "it failed: as the node said it"],
  ["state_is", { words: { quantity: "contact", state: "true" } }, "Kontakt is zu"],
  ["other_department", { words: { department: "Roads" } }, "it is with Roads"],
  ["other_department", {}, "it is with another department"],
  ["suppressed", { values: { number: 12345 } }, "number 12345"],
  ["dwelt", { values: { stood_s: 1 } }, "as the node said it"],
  ["never_heard_of", { values: { x: 1 } }, "as the node said it"],
  ["constructor", {}, "as the node said it"],
])("%s with %j", (code, given, says) => {
  expect(told({ code, ...given })).toBe(says);
});
