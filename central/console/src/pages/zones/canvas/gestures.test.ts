import { expect, test } from "vitest";
import { draftIn, EMPTY, stepped, type Act, type State } from "../bench/state";
import { draftOf, outlineOf } from "../draft/shape";
import { ofBox, type Point } from "../geometry/outline";
import { dragged, pressed, released, type Fingers, type Held } from "./gestures";

const BASE = draftOf({
  zones: [{ id: "kerb", polygon: ofBox([0.2, 0.2, 0.6, 0.6]), rules: [] }],
  ignore: [],
});
const START = stepped(EMPTY, { do: "load", base: BASE, version: 1 });
const HOW: Fingers = { size: { width: 1000, height: 1000 }, reach: 10, round: false, free: false };

/** Pressed, dragged along, let go. */
function pulled(state: State, from: Point, ...way: Point[]): State {
  const down = pressed(state, from, HOW);
  let now = down.acts.reduce(stepped, state);
  for (const point of way) now = dragged(now, down.held, point, HOW).reduce(stepped, now);
  const end = way.at(-1) ?? from;
  return released(now, down.held, end, way.length > 0, HOW).reduce<State>(
    (each, act: Act) => stepped(each, act),
    now,
  );
}
const kerb = (state: State) => outlineOf(draftIn(state), { zone: "kerb" });

test("a press selects, a press beside it selects nothing", () => {
  const on = pulled(START, [0.4, 0.4]);
  expect(on.selected).toEqual({ zone: "kerb" });
  expect(pulled(on, [0.9, 0.9]).selected).toBeNull();
});

test("a whole zone is moved in one step", () => {
  const to = pulled(START, [0.4, 0.4], [0.45, 0.4], [0.5, 0.45]);
  expect(kerb(to)).toEqual(ofBox([0.3, 0.25, 0.7, 0.65]));
  expect(to.history.past).toHaveLength(1);
});

test("a corner is pulled to where it snaps, a new one comes out of an edge", () => {
  const on = pulled(START, [0.4, 0.4]);
  expect(kerb(pulled(on, [0.6, 0.6], [0.995, 0.992]))?.[2]).toEqual([1, 1]);
  const more = pulled(on, [0.4, 0.2], [0.4, 0.1]);
  expect(kerb(more)).toHaveLength(5);
  expect(kerb(more)?.[1]).toEqual([0.4, 0.1]);
  expect(more.vertex).toBe(1);
});

test("clicks draw an outline, the first point closes it; a drag draws a rectangle", () => {
  let state = stepped(START, { do: "tool", tool: "zone" });
  for (const point of [
    [0.7, 0.1],
    [0.9, 0.1],
    [0.9, 0.4],
    [0.702, 0.102],
  ] as Point[])
    state = pulled(state, point);
  expect(outlineOf(draftIn(state), state.selected)).toHaveLength(3);
  const box = pulled(stepped(START, { do: "tool", tool: "ignore" }), [0.7, 0.7], [0.9, 0.9]);
  expect(draftIn(box).ignore).toEqual([ofBox([0.7, 0.7, 0.9, 0.9])]);
  const quick = pulled(stepped(START, { do: "tool", tool: "box" }), [0.95, 0.5]);
  expect(outlineOf(draftIn(quick), quick.selected)).toEqual(ofBox([0.8, 0.4, 1, 0.6]));
});

test("with a round angle, a corner lies at a multiple of 15 degrees from the one before", () => {
  const held: Held = { holds: "corner", which: { zone: "kerb" }, at: 1, outline: kerb(START) ?? [] };
  const [act] = dragged(START, held, [0.8, 0.21], { ...HOW, round: true });
  expect(kerb(stepped(START, act as Act))?.[1]?.[1]).toBeCloseTo(0.2);
});
