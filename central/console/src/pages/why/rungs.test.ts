import { expect, test } from "vitest";
import type { Became, Candidate, Gate } from "./asking";
import { becameOf, besides, keyOf, lastGate, NO_ZONE, placed, shown, zonesOf } from "./rungs";

const gate = (name: string, state: Gate["state"]): Gate => ({
  gate: name,
  state,
  reason: { code: "x", text: name },
});
const one = (place: string, minute: number, more: Partial<Candidate> = {}): Candidate => ({
  place,
  label: "car",
  since: new Date(Date.UTC(2026, 2, 1, 8, minute)).toISOString(),
  until: new Date(Date.UTC(2026, 2, 1, 8, minute + 5)).toISOString(),
  box: [0, 0, 1, 1],
  zone: "kerb",
  rule: "cars",
  outcome: "stopped",
  gates: [],
  ...more,
});

test("by time, of a zone and an outcome", () => {
  const [a, b, c] = [one("a", 9), one("b", 3, { zone: null }), one("c", 1, { outcome: "opened" })];
  expect(shown([a, b, c], {}).map(({ place }) => place)).toEqual(["c", "b", "a"]);
  expect(shown([a, b, c], { zone: NO_ZONE })).toEqual([b]);
  expect(shown([a, b, c], { zone: "kerb", outcome: "opened" })).toEqual([c]);
  expect(zonesOf([a, b, c])).toEqual([NO_ZONE, "kerb"]);
  expect(new Set([a, b, c].map(keyOf)).size).toBe(3);
});

test("the gate that says most", () => {
  const [seen, dwell, queue] = [
    gate("seen", "passed"),
    gate("dwell", "stopped"),
    gate("queue", "not_reached"),
  ];
  expect(lastGate(one("a", 1, { gates: [seen, dwell, queue] }))).toBe(dwell);
  expect(lastGate(one("a", 1, { gates: [seen] }))).toBe(seen);
  expect(lastGate(one("a", 1))).toBeNull();
});

test("what became of it, and what the centre knows besides", () => {
  const known = [{ situation: "s-1" }, { situation: "s-2" }] as Became[];
  const told = one("a", 1, { situation: "s-1" });
  expect(becameOf(told, known)).toBe(known[0]);
  expect(becameOf(one("b", 1), known)).toBeNull();
  expect(besides([told], known)).toEqual([known[1]]);
});

test("a time within the whole", () => {
  const from = Date.UTC(2026, 2, 1, 8);
  const at = (minute: number) => new Date(from + minute * 60_000).toISOString();
  const to = from + 3_600_000;
  expect(placed(at(15), at(45), from, to)).toEqual({ left: 0.25, width: 0.5 });
  expect(placed(at(-15), at(30), from, to)).toEqual({ left: 0, width: 0.5 });
});
