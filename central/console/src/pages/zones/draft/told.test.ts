import { expect, test } from "vitest";
import { draftOf } from "./shape";
import { toldOf, toldWithin } from "./told";

const SQUARE = [
  [0, 0],
  [1, 0],
  [1, 1],
];
const DRAFT = draftOf({
  zones: [
    { id: "kerb", polygon: SQUARE, rules: [] },
    { id: "gate", polygon: SQUARE, rules: [] },
  ],
  ignore: [SQUARE],
});

test("what is wrong is found in the draft, by its number or its name", () => {
  const told = toldOf(
    DRAFT,
    [
      {
        code: "any",
        text: "sources[cam-1].zones[1].polygon: crosses itself",
        where: "sources[cam-1].zones[1].polygon",
      },
      { code: "any", text: "zones[0].rules[0].dwell: at least 1s", where: "body.zones[kerb].rules[0].dwell" },
      { code: "any", text: "zones[0].rules[1].allow: no truck: ever" },
      { code: "any", text: "outside", where: "ignore[0][2]" },
      { code: "any", text: "the node wants signatures", where: null },
    ],
    ({ text }) => text.toUpperCase().toLowerCase(),
  );
  expect(told).toEqual([
    { of: { zone: "gate" }, path: "polygon", text: "crosses itself" },
    { of: { zone: "kerb" }, path: "rules[0].dwell", text: "at least 1s" },
    { of: { zone: "kerb" }, path: "rules[1].allow", text: "no truck: ever" },
    { of: { ignore: 0 }, path: "", text: "outside" },
    { of: null, path: "", text: "the node wants signatures" },
  ]);
  expect([...toldWithin(told, "kerb", "rules[0]")]).toEqual([["dwell", "at least 1s"]]);
  expect(toldWithin(told, "gate").get("polygon")).toBe("crosses itself");
});
