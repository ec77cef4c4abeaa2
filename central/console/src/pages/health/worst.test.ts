import { expect, test } from "vitest";
import { certificateTone, daysLeft, diskTone, droppedShare, sizeOf } from "./figures";
import { badness, misplaced, steady, worstFirst, type NodeFares, type SourceFares } from "./worst";

const source = (id: string, more: Partial<SourceFares> = {}): SourceFares => ({
  node: "gewu://131002/yard-7",
  id,
  source: { id, kind: "camera" },
  place: null,
  fares: "well",
  report: { id, state: "ok", frames: 90, dropped: 10 },
  conditions: [],
  still: null,
  version: null,
  status: null,
  ...more,
});
const node: NodeFares = {
  node: "gewu://131002/yard-7",
  online: true,
  heard: null,
  software: null,
  model: null,
  models: [],
  configuration: null,
  pending: 0,
  evidence_pending: 0,
  disk_free_mb: 400,
  temperature_c: null,
  memory_mb: null,
  uptime_s: null,
  clock: null,
  certificate_until: "2026-03-10T00:00:00Z",
  troubles: [],
};
const raised = (severity: string) => ({
  condition: "covered",
  severity,
  since: "2026-03-01T00:00:00Z",
  reasons: [],
});

test("what is wrong comes before what nobody knows, and that before what is well", () => {
  const sources = [
    source("well"),
    source("slow", { report: { id: "slow", state: "ok", frames: 1, dropped: 0, delay_s: 9 } }),
    source("unknown", { fares: "unknown", report: null }),
    source("low", { fares: "unwell", conditions: [raised("low")] }),
    source("high", { fares: "unwell", conditions: [raised("low"), raised("high")] }),
  ];
  const order = worstFirst(sources, new Map([[node.node, node]])).map((key) => key.split("/").pop());
  expect(order).toEqual(["high", "low", "unknown", "slow", "well"]);
  expect(badness(source("well"), node)).toBe(0);
  expect(badness(source("well"), { ...node, online: false })).toBeGreaterThan(0);
});

test("the order that is read does not jump", () => {
  expect(steady(null, ["a", "b"])).toEqual(["a", "b"]);
  expect(steady(["b", "a", "gone"], ["c", "a", "b"])).toEqual(["b", "a", "c"]);
  expect(misplaced(["b", "a", "c"], ["c", "a", "b"], 1)).toBe(1);
  expect(misplaced(["b", "a"], ["a", "b"], 2)).toBe(0);
});

test("figures say what they mean", () => {
  expect(diskTone(node)).toBe("bad");
  expect(diskTone({ ...node, disk_free_mb: null })).toBe("neutral");
  expect(daysLeft(node, Date.parse("2026-03-01T00:00:00Z"))).toBe(9);
  expect(certificateTone(node, Date.parse("2026-03-01T00:00:00Z"))).toBe("warn");
  expect(certificateTone({ ...node, certificate_until: null }, 0)).toBe("neutral");
  expect(droppedShare(source("a").report)).toBe(0.1);
  expect(droppedShare(null)).toBeNull();
  expect(sizeOf(12_500)).toEqual({ value: 12.5, unit: "GB" });
});
