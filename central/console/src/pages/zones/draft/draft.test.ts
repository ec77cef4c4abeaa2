import { expect, test } from "vitest";
import { ofBox } from "../geometry/outline";
import { added, copied, freeId, pasted, removed, renamed, withKey, withOutline, withRule } from "./changes";
import { compared, isSame } from "./comparing";
import { durationText, secondsOf, written } from "./durations";
import { begun, did, redone, undone } from "./history";
import { choiceOf, GROUND, IGNORE, merged, parts } from "./merging";
import { draftOf, outlineOf, type Draft, type Zone } from "./shape";

const KERB: Zone = {
  id: "kerb",
  name: "Kerb",
  polygon: ofBox([0.1, 0.1, 0.5, 0.5]),
  rules: [{ kind: "dwell", incident: "illegal_parking", dwell: "5m" }],
};
const GATE: Zone = { ...KERB, id: "gate", name: null, polygon: ofBox([0.6, 0.1, 0.9, 0.5]) };
const BASE: Draft = { zones: [KERB, GATE], ignore: [ofBox([0, 0, 0.1, 0.05])], known: [] };

test("what a node says is read, and what is not known is kept", () => {
  const said = {
    zones: [{ ...KERB, colour: "red" }, { id: 3 }, null],
    ignore: [
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    ],
  };
  const read = draftOf(said);
  expect(read.zones).toEqual([{ ...KERB, colour: "red" }]);
  expect(read.ignore[0]).toHaveLength(3);
  expect(draftOf(null)).toEqual({ zones: [], ignore: [], known: [] });
});

test("zones and what is left out come, change and go", () => {
  const [draft, which] = added(BASE, ofBox([0, 0.8, 0.2, 1]), "zone");
  expect(which).toEqual({ zone: "zone-1" });
  expect(draft.zones.at(-1)?.rules).toHaveLength(1);
  expect(outlineOf(withOutline(draft, which, KERB.polygon), which)).toEqual(KERB.polygon);
  expect(removed(draft, which).zones).toEqual(BASE.zones);
  expect(removed(BASE, { ignore: 0 }).ignore).toEqual([]);
  expect(freeId(draft)).toBe("zone-2");
});

test("a copy lies beside what it is of, with a name of its own", () => {
  const copy = copied(BASE, { zone: "kerb" });
  const [draft, which] = pasted(BASE, copy as { zone: Zone });
  expect(which).toEqual({ zone: "kerb-1" });
  expect(outlineOf(draft, which)?.[0]).toEqual([0.12, 0.12]);
  expect(pasted({ zones: [], ignore: [], known: [] }, copy as { zone: Zone })[1]).toEqual({ zone: "kerb" });
});

test("names are taken once", () => {
  expect(renamed(BASE, "kerb", "gate")).toBe(BASE);
  expect(renamed(BASE, "kerb", "no good")).toBe(BASE);
  expect(renamed(BASE, "kerb", "kerb.2").zones[0]?.id).toBe("kerb.2");
});

test("rules are added, changed and taken away; what is not said is the default", () => {
  const rule = { kind: "left", incident: "exposed_garbage", dwell: "2m" };
  const two = withRule(BASE, "kerb", 1, rule);
  expect(two.zones[0]?.rules).toHaveLength(2);
  expect(withRule(two, "kerb", 0, null).zones[0]?.rules).toEqual([rule]);
  expect(withKey(withKey(rule, "share", 0.4), "share", undefined)).toEqual(rule);
});

test("undo and redo go all the way; steps of one name are one", () => {
  let history = begun(0);
  for (let value = 1; value <= 300; value++) history = did(history, value);
  history = did(did(history, 301, "nudge"), 302, "nudge");
  history = undone(history);
  expect(history.now.value).toBe(300);
  for (let step = 0; step < 400; step++) history = undone(history);
  expect(history.now.value).toBe(0);
  for (let step = 0; step < 400; step++) history = redone(history);
  expect(history.now.value).toBe(302);
  expect(redone(did(undone(history), 7)).now.value).toBe(7);
});

test("what is different is told zone by zone", () => {
  const mine = withRule(withOutline(BASE, { zone: "kerb" }, GATE.polygon), "gate", 0, {
    ...(GATE.rules[0] as Zone["rules"][0]),
    dwell: "3m",
  });
  const { zones, ignore } = compared(BASE, removed(mine, { ignore: 0 }));
  expect(ignore).toBe(true);
  expect(zones).toMatchObject([
    { zone: "kerb", state: "changed", outline: true, settings: [] },
    { zone: "gate", outline: false, settings: [{ key: "dwell", before: "5m", after: "3m" }] },
  ]);
  expect(compared(BASE, removed(BASE, { zone: "gate" })).zones).toMatchObject([{ state: "removed" }]);
  expect(isSame(BASE, draftOf({ zones: [{ ...GATE }].concat([]), ignore: [], known: [] }))).toBe(false);
  expect(isSame(BASE, { ...BASE, zones: [{ ...KERB, schedule: null }, GATE] })).toBe(true);
});

test("two operators: what only one changed is taken, what both changed is asked", () => {
  const mine = withOutline(BASE, { zone: "kerb" }, ofBox([0.1, 0.1, 0.3, 0.3]));
  const theirs = withOutline(added(BASE, GATE.polygon, "zone")[0], { zone: "kerb" }, GATE.polygon);
  const found = parts(BASE, mine, theirs);
  expect(found.map(({ name, by }) => [name, by])).toEqual([
    ["kerb", "both"],
    ["gate", "nobody"],
    ["zone-1", "theirs"],
    [IGNORE, "nobody"],
    [GROUND, "nobody"],
  ]);
  expect(found.map(choiceOf)).toEqual(["mine", "mine", "theirs", "mine", "mine"]);
  const whole = merged(found, mine, theirs, {});
  expect(whole.zones.map(({ id }) => id)).toEqual(["kerb", "gate", "zone-1"]);
  expect(outlineOf(whole, { zone: "kerb" })).toEqual(ofBox([0.1, 0.1, 0.3, 0.3]));
  expect(outlineOf(merged(found, mine, theirs, { kerb: "theirs" }), { zone: "kerb" })).toEqual(GATE.polygon);
});

test("a zone that one took away and nobody else touched goes", () => {
  const theirs = removed(BASE, { zone: "gate" });
  expect(merged(parts(BASE, BASE, theirs), BASE, theirs, {}).zones).toEqual([KERB]);
});

test.each([
  ["90s", 90],
  ["5m", 300],
  ["1.5h", 5400],
  ["200ms", 0.2],
  ["5 m", 300],
  [12, 12],
  ["5", null],
  ["five minutes", null],
  ["-5m", null],
  ["", null],
])("%s is %s seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test("seconds are written in the largest whole unit", () => {
  expect([90, 300, 5400, 86400, 0.2, 1.5].map(durationText)).toEqual([
    "90s",
    "5m",
    "90m",
    "1d",
    "200ms",
    "1.5s",
  ]);
  expect([written(300), written("300s"), written(undefined)]).toEqual(["5m", "300s", ""]);
});
