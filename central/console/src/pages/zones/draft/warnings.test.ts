import { expect, test } from "vitest";
import { ofBox, type Box } from "../geometry/outline";
import type { Draft, Zone } from "./shape";
import { warnings } from "./warnings";

const SIZE = { width: 1280, height: 720 };
const zone = (id: string, box: Box, more: Partial<Zone> = {}): Zone => ({
  id,
  polygon: ofBox(box),
  rules: [{ kind: "dwell", incident: "illegal_parking", dwell: "5m" }],
  ...more,
});
const codes = (draft: Draft, seen: Box[] = []) => warnings(draft, seen, SIZE).map(({ code }) => code);
const A = zone("a", [0.1, 0.1, 0.5, 0.5]);

test("a good zone is told nothing of", () => {
  expect(codes({ zones: [A], ignore: [], known: [] })).toEqual([]);
});

test("zones of the same kind that overlap are told once, of other kinds not at all", () => {
  const b = zone("b", [0.2, 0.2, 0.6, 0.6]);
  const found = warnings({ zones: [A, b], ignore: [], known: [] }, [], SIZE);
  expect(found).toMatchObject([{ code: "overlaps", other: "b", of: { zone: "a" }, grave: false }]);
  const other = { ...b, rules: [{ kind: "left", incident: "exposed_garbage", dwell: "1m" }] };
  expect(codes({ zones: [A, other], ignore: [], known: [] })).toEqual([]);
});

test("a zone that lies where nothing counts", () => {
  expect(codes({ zones: [A], ignore: [ofBox([0, 0, 0.3, 1])], known: [] })).toEqual(["ignored"]);
});

test("what is typical there is tiny: by what was seen, else by the outline", () => {
  const far: Box[] = Array.from({ length: 5 }, (_, at) => [0.2 + at / 50, 0.3, 0.22 + at / 50, 0.32]);
  expect(warnings({ zones: [A], ignore: [], known: [] }, far, SIZE)).toMatchObject([
    { code: "tiny", pixels: 14, from: "seen" },
  ]);
  const flat = zone("c", [0.1, 0.1, 0.9, 0.12]);
  expect(warnings({ zones: [flat], ignore: [], known: [] }, [], SIZE)).toMatchObject([
    { from: "outline", pixels: 14 },
  ]);
});

test("most of what stands there has too little of its footprint in the zone", () => {
  const beside: Box[] = Array.from({ length: 4 }, () => [0.4, 0.2, 0.8, 0.45]);
  expect(warnings({ zones: [A], ignore: [], known: [] }, beside, SIZE)).toMatchObject([
    { code: "partly", seen: 4, enough: 0, share: 0.5 },
  ]);
});

test("what a node would refuse is grave", () => {
  const wrong = zone("w", [0, 0, 0.001, 0.001], {
    rules: [{ kind: "dwell", incident: "x" }],
    schedule: { spans: [{ days: ["mon"], hours: "7" }] },
  });
  const found = warnings({ zones: [wrong], ignore: [[[0, 0] as const]], known: [] }, [], SIZE);
  expect(found.map(({ code }) => code)).toEqual(["outline", "setting", "hours", "outline"]);
  expect(found.every(({ grave }) => grave)).toBe(true);
  expect(codes({ zones: [{ ...A, rules: [] }], ignore: [], known: [] })).toEqual(["no_rules"]);
  expect(codes({ zones: [{ ...A, rules: [...A.rules, ...A.rules] }], ignore: [], known: [] })).toEqual([
    "same_rule",
  ]);
});
