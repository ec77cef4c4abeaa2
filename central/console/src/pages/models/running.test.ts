import { describe, expect, test } from "vitest";
import type { OfNode } from "./asking";
import { labels, licences, metrics } from "./card";
import { calledOf, runsOf, shadowOf, sums, users } from "./running";

const node = (some: Partial<OfNode>): OfNode => ({
  node: "131002/yard-7",
  online: true,
  model: null,
  named: null,
  looking: null,
  shadow: null,
  wanted: null,
  shadow_wanted: null,
  status: null,
  reasons: [],
  ...some,
});

const ref = (name: string, version?: string) => ({
  name,
  sha256: "a".repeat(64),
  ...(version && { version }),
});

describe("which nodes run what", () => {
  test("a version belongs to the name; an old node says its model's name alone", () => {
    expect(calledOf(ref("our_vans", "3"))).toBe("our_vans@3");
    expect(runsOf(node({ model: ref("our_vans", "3"), named: "x" }))).toBe("our_vans@3");
    expect(runsOf(node({ named: "yolox_nano" }))).toBe("yolox_nano");
    expect(shadowOf(node({}))).toBeNull();
    const nodes = [node({ model: ref("our_vans", "3") }), node({ named: "our_vans@2" })];
    expect(users("our_vans@3", nodes).runs).toHaveLength(1);
    expect(users("our_vans@3", nodes).beside).toHaveLength(0);
  });

  test("what both see, and one alone, over all labels", () => {
    const thing = { label: "car", both: 3, only_running: 1, only_shadow: 2, renamed: 0 };
    expect(sums({ things: [thing, { ...thing, label: "van" }] })).toEqual({
      both: 6,
      onlyRunning: 2,
      onlyShadow: 4,
    });
  });
});

describe("a card", () => {
  test("says what it can, and a strange one says nothing", () => {
    const card = {
      labels: ["van", "cart"],
      licence: { code: "Apache-2.0", weights: "ours" },
      metrics: [{ data: "our yard", values: { ap: 0.5, note: "x" } }, 7],
    };
    expect(labels(card)).toBe("van, cart");
    expect(licences(card)).toBe("Apache-2.0, ours");
    expect(metrics(card)).toEqual([{ data: "our yard", values: [["ap", 0.5]] }]);
    expect([labels({}), licences({ licence: [] }), metrics({ metrics: "x" })]).toEqual([null, null, []]);
  });
});
