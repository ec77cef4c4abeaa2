import { expect, test } from "vitest";
import { changeOf, faultOf, linesOf, rowsOf, type Row } from "./change";
import { detectors } from "./going";
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

const NODE = { node: "gewu://131002/yard-7" };

test.each([
  ["fewer_frames", { now: 1 }, { ...NODE, source: "cam-1" }, "fewer_frames", { source: "cam-1" }],
  ["source_failed", {}, { was: "ok", is: "lost" }, "source_failed", { was: "ok", is: "lost" }],
  ["applied", { count: 2, of: 3 }, {}, "applied_by", {}],
  ["applied", {}, NODE, "applied", {}],
  ["well", { stage: 1, stages: 2 }, {}, "well_stage", {}],
  ["by_stop", {}, {}, "by_stop_bare", {}],
  ["by_stop", {}, { why: "too slow" }, "by_stop", { why: "too slow" }],
])("%s with %j and %j", (code, values, words, said, named) => {
  const node = "node" in words ? { node: "131002/yard-7" } : {};
  expect(partsOf({ code, text: "as it came", values, words: words as Record<string, string> })).toEqual({
    code: said,
    values: { ...named, ...node },
  });
});

test("a reason without anything besides is said by its code", () => {
  expect(partsOf({ code: "sent", text: "as it came", values: null, words: null })).toEqual({
    code: "sent",
    values: {},
  });
});

test("a detector is compared by its time and by what it sees in a look", () => {
  const looking = (model: string, looks: number, things: number, ms: number) => ({
    looking: { model, looks, things, failed: 0, ms },
  });
  const before = looking("a", 1_000, 2_000, 40);
  expect(detectors({ before, after: looking("b", 50, 75, 44) })).toEqual({
    before: { ms: 40, things: 2 },
    after: { ms: 44, things: 1.5 },
  });
  expect(detectors({ before, after: looking("a", 1_100, 2_100, 40) }).after).toEqual({ ms: 40, things: 1 });
  expect(detectors({ before, after: looking("b", 0, 0, 0) }).after).toEqual({ ms: 0, things: null });
  expect(detectors({ before: null, after: null })).toEqual({ before: null, after: null });
});

test("a model begins a roll-out: beside the one that decides, or in its place", () => {
  expect(changeOf(rowsOf({ shadow: "our_vans@3" }))).toEqual({ model: { shadow: { name: "our_vans@3" } } });
  expect(changeOf(rowsOf({ model: "our_vans@3" }))).toEqual({ model: { name: "our_vans@3", shadow: null } });
});
