import { expect, test } from "vitest";
import { draftOf, outlineOf } from "../draft/shape";
import { ofBox, type Point } from "../geometry/outline";
import { draftIn, EMPTY, stepped, type Act, type State } from "./state";

const BASE = draftOf({
  zones: [{ id: "kerb", polygon: ofBox([0.1, 0.1, 0.5, 0.5]), rules: [] }],
  ignore: [ofBox([0, 0, 0.1, 0.1])],
});
const after = (...acts: Act[]): State =>
  acts.reduce(stepped, stepped(EMPTY, { do: "load", base: BASE, version: 1 }));
const POINTS: Point[] = [
  [0.6, 0.6],
  [0.9, 0.6],
  [0.9, 0.9],
];
const points = POINTS.map((point): Act => ({ do: "point", point }));

test("an outline is drawn point by point, and can be taken back", () => {
  const drawn = after({ do: "tool", tool: "zone" }, ...points, { do: "finish" });
  expect(drawn.selected).toEqual({ zone: "zone-1" });
  expect(drawn.tool).toBe("select");
  expect(outlineOf(draftIn(drawn), drawn.selected)).toEqual(POINTS);
  const undone = stepped(drawn, { do: "undo" });
  expect(undone.selected).toBeNull();
  expect(draftIn(stepped(undone, { do: "redo" })).zones).toHaveLength(2);
});

test("two points are no outline; one is taken back at a time, and Escape gives up", () => {
  const two = after({ do: "tool", tool: "ignore" }, ...points.slice(0, 2), { do: "finish" });
  expect(two.drawing).toHaveLength(2);
  expect(stepped(two, { do: "back" }).drawing).toHaveLength(1);
  const given = stepped(two, { do: "cancel" });
  expect([given.drawing.length, given.tool]).toEqual([0, "ignore"]);
  expect(stepped(given, { do: "cancel" }).tool).toBe("select");
});

test("a corner goes; of three the whole outline goes", () => {
  const which = { ignore: 0 };
  const less = after({ do: "select", which, vertex: 3 }, { do: "remove" });
  expect(outlineOf(draftIn(less), which)).toHaveLength(3);
  expect(less.vertex).toBe(0);
  expect(draftIn(stepped(less, { do: "remove" })).ignore).toEqual([]);
});

test("a drag is one step", () => {
  const which = { zone: "kerb" };
  const drag = (x: number): Act => ({
    do: "reshape",
    which,
    outline: ofBox([x, 0.1, 0.5, 0.5]),
    merges: "drag",
    vertex: 0,
  });
  const dragged = after(drag(0.11), drag(0.12), { do: "settle" }, drag(0.2));
  expect(dragged.history.past).toHaveLength(2);
  expect(dragged.vertex).toBe(0);
});

test("a new corner is selected", () => {
  const more = after({ do: "insert", which: { zone: "kerb" }, at: 0, point: [0.3, 0.05] });
  expect(more.vertex).toBe(1);
  expect(outlineOf(draftIn(more), { zone: "kerb" })?.[1]).toEqual([0.3, 0.05]);
});

test("what was copied elsewhere is pasted", () => {
  const copy = { zone: { id: "gate", polygon: POINTS, rules: [] } };
  const state = after({ do: "paste", copy });
  expect(state.selected).toEqual({ zone: "gate" });
});
