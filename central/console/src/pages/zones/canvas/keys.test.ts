import { expect, test } from "vitest";
import { draftIn, EMPTY, stepped, type State } from "../bench/state";
import { draftOf, outlineOf } from "../draft/shape";
import { ofBox, type Point } from "../geometry/outline";
import { keyed } from "./keys";

const BASE = draftOf({
  zones: [{ id: "kerb", polygon: ofBox([0.2, 0.2, 0.6, 0.6]), rules: [] }],
  ignore: [ofBox([0, 0, 0.1, 0.1])],
});
const START = stepped(EMPTY, { do: "load", base: BASE, version: 1 });
const CROSS: Point = [0.5, 0.5];
const press = (state: State, key: string, more = {}): State =>
  (keyed({ key, shiftKey: false, altKey: false, ...more }, state, CROSS) ?? []).reduce(stepped, state);
const pressAll = (keys: string[], state = START): State => keys.reduce((now, key) => press(now, key), state);
const kerb = (state: State) => outlineOf(draftIn(state), { zone: "kerb" });

test("outlines and corners are gone through", () => {
  expect(pressAll(["."]).selected).toEqual({ zone: "kerb" });
  expect(pressAll([".", "."]).selected).toEqual({ ignore: 0 });
  expect(pressAll([","]).selected).toEqual({ ignore: 0 });
  expect(pressAll([".", "]", "]"]).vertex).toBe(1);
  expect(pressAll([".", "]", "["]).vertex).toBe(3);
});

test("arrows move a zone or a corner, finer and coarser", () => {
  expect(kerb(pressAll([".", "ArrowRight", "ArrowDown"]))).toEqual(ofBox([0.21, 0.21, 0.61, 0.61]));
  const corner = pressAll([".", "]"]);
  expect(kerb(press(corner, "ArrowLeft", { altKey: true }))?.[0]).toEqual([0.199, 0.2]);
  expect(kerb(press(corner, "ArrowLeft", { shiftKey: true }))?.[0]).toEqual([0.15, 0.2]);
});

test("corners come and go, zones too", () => {
  expect(kerb(pressAll([".", "]", "i"]))).toHaveLength(5);
  expect(kerb(pressAll([".", "]", "Delete"]))).toHaveLength(3);
  expect(kerb(pressAll([".", "Delete"]))).toBeUndefined();
});

test("a zone is drawn without a pointer; a rectangle takes one key", () => {
  let state = pressAll(["d"]);
  for (const cross of [
    [0.1, 0.7],
    [0.3, 0.7],
    [0.3, 0.9],
  ] as Point[])
    state = (keyed({ key: " ", shiftKey: false, altKey: false }, state, cross) ?? []).reduce(stepped, state);
  expect(outlineOf(draftIn(press(state, "Enter")), { zone: "zone-1" })).toHaveLength(3);
  const box = pressAll(["r"]);
  expect(outlineOf(draftIn(box), box.selected)).toEqual(ofBox([0.4, 0.4, 0.6, 0.6]));
});

test("other keys are the page's", () => {
  expect(keyed({ key: "j", shiftKey: false, altKey: false }, START, CROSS)).toBeNull();
});
