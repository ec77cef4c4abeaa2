import { expect, test } from "vitest";
import { changeOf, faultOf, linesOf, type Row } from "./change";
import { partsOf } from "./reasons";
import { sizes, stageAt, strange } from "./stages";

test("stages are counted as the centre counts them", () => {
  expect(sizes("1, 10%, 100%", 40)).toEqual([1, 4, 40]);
  expect(sizes("1 50%", 3)).toEqual([1, 2, 3]);
  expect(sizes("5, 1", 3)).toEqual([3]);
  expect(sizes("1, 101%", 3)).toEqual([]);
  expect(strange("1, many, 101%")).toEqual(["many", "101%"]);
  expect([0, 1, 3].map((place) => stageAt(place, [1, 3, 4]))).toEqual([0, 1, 2]);
});

test("rows become a change", () => {
  const row = (id: number, more: Partial<Row>): Row => ({
    id,
    key: "model.name",
    section: "model",
    name: "",
    value: "street-l",
    ...more,
  });
  const rows = [
    row(1, {}),
    row(2, { key: "sources.sample", value: "5" }),
    row(3, { key: "other", section: "journal", name: "leave_mb", value: "80" }),
  ];
  expect(rows.map((each) => faultOf(each, rows))).toEqual([null, null, null]);
  const change = changeOf(rows);
  expect(change).toEqual({
    model: { name: "street-l" },
    sources: { sample: 5 },
    journal: { leave_mb: 80 },
  });
  expect(linesOf(change)).toContainEqual(["sources.sample", "5"]);
  expect(faultOf(row(4, {}), [...rows, row(4, {})])).toBe("twice");
  expect(faultOf(row(5, { key: "sources.idle", value: "soon" }), [])).toBe("noDuration");
  expect(faultOf(row(6, { key: "sources.sample", value: "few" }), [])).toBe("noNumber");
  expect(faultOf(row(7, { key: "other", name: "No such" }), [])).toBe("noName");
});

test.each([
  [
    "fewer_frames",
    "gewu://131002/yard-7: cam-1 looks at 1 frames a second and did at 5",
    { node: "131002/yard-7", source: "cam-1" },
  ],
  [
    "source_failed",
    "gewu://131002/yard-7: cam-1 was ok and is lost",
    { node: "131002/yard-7", source: "cam-1", was: "ok", is: "lost" },
  ],
  [
    "new_condition",
    "gewu://131002/yard-7: a condition was raised: cam-1 covered",
    { node: "131002/yard-7", source: "cam-1", condition: "covered" },
  ],
  [
    "refused",
    "gewu://131002/yard-7 refused it",
    { node: "131002/yard-7", text: "gewu://131002/yard-7 refused it" },
  ],
  ["sent", "it was sent version 4", { version: "4" }],
])("%s is read from its text", (code, text, values) => {
  expect(partsOf({ code, text, values: {} })).toEqual({ code, values });
});

test("of a whole stage, or not as it is known", () => {
  expect(partsOf({ code: "applied", text: "2 of 3 nodes of the stage apply it", values: {} })).toEqual({
    code: "applied_by",
    values: { nodes: "2", all: "3" },
  });
  expect(partsOf({ code: "sent", text: "something else", values: {} })).toBeNull();
});
