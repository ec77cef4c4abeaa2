import { expect, test } from "vitest";
import { draftIn, EMPTY, stepped } from "../bench/state";
import type { Outline } from "../geometry/outline";
import { tangentAt } from "../ground/earth";
import type { Pair, Position } from "../ground/known";
import { added, pasted, withOutline, withPlace, withZone } from "./changes";
import { compared, isSame } from "./comparing";
import { asChanged, asSaved, asTried, placedZone, planIn, withKnown } from "./grounding";
import { GROUND, merged, parts } from "./merging";
import { draftOf, type Draft, type Zone } from "./shape";
import { warnings } from "./warnings";

const at = (east: number, north: number): Position => tangentAt([114.05, 22.54]).place([east, north]);
// A street 8 m wide, seen from its middle: its edges meet at the horizon, a quarter down the picture.
const KNOWN: Pair[] = [
  { picture: [0.1, 0.9], position: at(-4, 10) },
  { picture: [0.9, 0.9], position: at(4, 10) },
  { picture: [0.7, 0.575], position: at(4, 20) },
  { picture: [0.3, 0.575], position: at(-4, 20) },
  { picture: [0.5, 0.4125], position: at(0, 40) },
];
const OUTLINE: Outline = [[0.3, 0.6], [0.6, 0.6], [0.7, 0.8], [0.25, 0.8]]; // prettier-ignore
const DRAFT = withKnown(added({ zones: [], ignore: [], known: [] }, OUTLINE, "zone")[0], KNOWN);
const zone = ({ zones }: Draft): Zone => zones[0] as Zone;
const onGround = (draft: Draft): Draft =>
  withZone(draft, "zone-1", placedZone(planIn(draft), zone(draft), "ground"));
const near = (one: Outline, other: Outline) =>
  one.forEach((point, n) =>
    point.forEach((each, axis) => expect(each).toBeCloseTo(other[n]?.[axis] ?? NaN, 3)),
  );

test("a zone of the ground is saved as such, and tried with its outline", () => {
  const placed = onGround(DRAFT);
  const saved = asSaved(placed);
  expect(saved.zones[0]).not.toHaveProperty("polygon");
  expect(saved.zones[0]?.ground).toHaveLength(4);
  expect(saved.ground?.points).toEqual(KNOWN);
  expect(asTried(placed)[0]?.polygon).toEqual(zone(placed).polygon);
  expect(JSON.stringify(asTried(placed))).not.toContain("placed");
  const read = draftOf(JSON.parse(JSON.stringify({ ...saved, ground: saved.ground })) as never);
  const state = stepped(EMPTY, { do: "load", base: read, version: 3 });
  near(zone(draftIn(state)).polygon, OUTLINE);
  expect(isSame(draftIn(state), placed)).toBe(true);
  const back = withZone(placed, "zone-1", placedZone(planIn(placed), zone(placed), "picture"));
  expect(isSame(back, DRAFT)).toBe(true);
});

test("it follows the calibration, and is moved in the picture or by its places", () => {
  const placed = onGround(DRAFT);
  const shifted = KNOWN.map(({ picture: [x, y], position }) => ({
    picture: [x + 0.05, y] as const,
    position,
  }));
  near(
    zone(withKnown(placed, shifted)).polygon,
    OUTLINE.map(([x, y]) => [x + 0.05, y]),
  );
  const outline: Outline = [[0.32, 0.6], ...OUTLINE.slice(1)];
  const drawn = zone(withOutline(placed, { zone: "zone-1" }, outline)).placed ?? [];
  expect(drawn.slice(1)).toEqual(zone(placed).placed?.slice(1));
  expect(drawn[0]).not.toEqual(zone(placed).placed?.[0]);
  const there = withPlace(placed, "zone-1", 0, drawn[0] as Position);
  near(zone(there).polygon, outline);
  const sky: Outline = [[0.5, 0.05], ...OUTLINE.slice(1)];
  expect(zone(withOutline(placed, { zone: "zone-1" }, sky)).placed).toBeUndefined();
  const [, which] = pasted(placed, { zone: zone(placed) });
  expect(which).toEqual({ zone: "zone-2" });
  expect(pasted(placed, { zone: zone(placed) })[0].zones[1]?.placed).toBeUndefined();
});

test("what differs of the ground is told, and whoever changed it alone is followed", () => {
  const fewer = withKnown(DRAFT, KNOWN.slice(0, 4));
  expect(compared(DRAFT, fewer).known).toEqual([5, 4]);
  expect(compared(DRAFT, DRAFT).known).toBeNull();
  const open = withKnown(DRAFT, [...KNOWN, { picture: [0.5, 0.5], position: null }]);
  expect(isSame(open, DRAFT)).toBe(true);
  const found = parts(DRAFT, DRAFT, fewer);
  expect(found.find(({ name }) => name === GROUND)?.by).toBe("theirs");
  expect(merged(found, DRAFT, fewer, {}).known).toHaveLength(4);
  expect(merged(found, DRAFT, fewer, { [GROUND]: "mine" }).known).toHaveLength(5);
});

test("a calibration that is heard of later is taken up, and what is drawn here stays", () => {
  const bare = { ...DRAFT, known: [] };
  const begun = stepped(EMPTY, { do: "load", base: bare, version: 1 });
  const changed = stepped(begun, { do: "reshape", which: { zone: "zone-1" }, outline: OUTLINE.slice(0, 3) });
  const later = draftIn(stepped(changed, { do: "based", base: DRAFT, version: 1 }));
  expect(later.known).toEqual(KNOWN);
  expect(zone(later).polygon).toHaveLength(3);
  expect(isSame(draftIn(stepped(begun, { do: "based", base: DRAFT, version: 1 })), DRAFT)).toBe(true);
  const known = stepped(begun, { do: "know", known: KNOWN });
  expect(draftIn(stepped(known, { do: "undo" })).known).toEqual([]);
});

test("sizes are judged in metres where the ground is known", () => {
  const size = { width: 1280, height: 720 };
  const codes = (outline: Outline) => {
    const draft = withOutline(DRAFT, { zone: "zone-1" }, outline);
    return warnings(draft, [], size).map(({ code }) => code);
  };
  expect(codes(OUTLINE)).toEqual([]);
  expect(codes([[0.5, 0.85], [0.55, 0.85], [0.55, 0.88]])).toEqual(["small"]); // prettier-ignore
  expect(codes([[0.48, 0.32], [0.52, 0.32], [0.6, 0.4], [0.4, 0.4]])).toContain("far"); // prettier-ignore
  expect(codes([[0.3, 0.1], [0.6, 0.1], [0.7, 0.8], [0.25, 0.8]])).toEqual(["beyond"]); // prettier-ignore
  const away = withPlace(onGround(DRAFT), "zone-1", 0, at(0, -30));
  expect(warnings(away, [], size)).toMatchObject([{ code: "unseen", grave: true }]);
});

test("a calibration that is gone is said to be none, and zones of the ground stay in the picture", () => {
  const placed = onGround(DRAFT);
  const gone = withKnown(placed, []);
  const saved = asChanged(gone, placed);
  expect(saved.ground).toEqual({ points: [] });
  expect(saved.zones?.[0]?.ground).toBeUndefined();
  expect(saved.zones?.[0]?.polygon).toEqual(zone(placed).polygon);
  expect(asChanged(placed, gone)).toEqual(asSaved(placed));
  expect(asChanged(gone, gone)).not.toHaveProperty("ground");
  expect(isSame(gone, placed)).toBe(false);
  expect(draftOf(JSON.parse(JSON.stringify(saved)) as never).known).toEqual([]);
});
