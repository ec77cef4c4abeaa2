import { expect, test } from "vitest";
import type { Ticket } from "../engine/shapes";
import { waysTo } from "./links";
import { bearing, metres, placeOf, pointOf, roundly, sorted, steps } from "./near";
import { planOf, SIDE } from "./plan";

const HERE = { longitude: 116.7, latitude: 39.5 };
const METRE = 1 / 111_195;
const north = (far: number) => ({ longitude: HERE.longitude, latitude: HERE.latitude + far * METRE });
const at = (number: string, far: number | null, part: Partial<Ticket> = {}): Ticket =>
  ({
    number,
    due_at: null,
    cell: null,
    location:
      far === null
        ? null
        : { geometry: { type: "Point", coordinates: [HERE.longitude, north(far).latitude] } },
    ...part,
  }) as Ticket;
const names = (found: { ticket: Ticket }[]) => found.map(({ ticket }) => ticket.number);

test("metres and directions", () => {
  expect(metres(HERE, north(250))).toBeCloseTo(250, 0);
  expect(bearing(HERE, north(250))).toBeCloseTo(0, 3);
  expect(bearing(HERE, { ...HERE, longitude: 116.71 })).toBeCloseTo(90, 1);
  expect([0, 44, 91, 180, 271, 350].map(pointOf)).toEqual(["n", "ne", "e", "s", "w", "n"]);
  expect([43, 347, 1_234, 12_345].map(roundly)).toEqual([45, 350, 1_200, 12_000]);
});

test("the middle of an area stands for it; no place is none", () => {
  const ring = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]; // prettier-ignore
  const location = { geometry: { type: "Polygon", coordinates: [ring] } } as Ticket["location"];
  expect(placeOf({ location })).toEqual({ longitude: 1, latitude: 1 });
  expect(placeOf({ location: null })).toBeNull();
});

test("the nearest first, what has no place last", () => {
  const all = [at("T-1", 900), at("T-2", null), at("T-3", 40)];
  expect(names(sorted(all, HERE, ""))).toEqual(["T-3", "T-1", "T-2"]);
  expect(sorted(all, HERE, "")[0]?.away).toBeCloseTo(40, 0);
});

test("without a position: one's own cell, then community and street, then what is due first", () => {
  const own = "131002001001001";
  expect(
    ["131002001001001", "131002001001999", "131002001999999", "131002999999999", null].map((each) =>
      steps(own, each),
    ),
  ).toEqual([0, 1, 2, 3, 4]);
  const all = [
    at("T-1", null, { cell: "131002001001999", due_at: "2026-03-01T08:00:00Z" }),
    at("T-2", null, { cell: own, due_at: "2026-03-01T10:00:00Z" }),
    at("T-3", null, { cell: own, due_at: "2026-03-01T09:00:00Z" }),
  ];
  expect(names(sorted(all, null, own))).toEqual(["T-3", "T-2", "T-1"]);
  expect(names(sorted(all, null, ""))).toEqual(["T-1", "T-3", "T-2"]);
});

test("a plan holds all that it shows, oneself in the middle", () => {
  const plan = planOf(sorted([at("T-1", 900), at("T-2", 40), at("T-3", null)], HERE, ""), HERE, 20);
  expect(plan.rings.map((ring) => ring.metres)).toEqual([500, 1_000]);
  expect(plan.spots.map(({ x }) => Math.round(x))).toEqual([SIDE / 2, SIDE / 2]);
  for (const { y } of plan.spots) expect(y > 0 && y < SIDE / 2).toBe(true);
  expect(planOf([], HERE, 20).spots).toEqual([]);
});

test("ways there: Amap in GCJ-02 always, the others where the centre's maps are", () => {
  const urls = (datum: "wgs84" | "gcj02") =>
    Object.fromEntries(waysTo(HERE, "T-1 bin", datum).map(({ name, url }) => [name, url]));
  expect(urls("wgs84").own).toBe("geo:39.500000,116.700000?q=39.500000,116.700000(T-1%20bin)");
  expect(urls("wgs84").apple).toContain("daddr=39.500000,116.700000");
  expect(urls("gcj02").own).not.toContain("116.700000");
  expect(urls("gcj02").amap).toBe(urls("wgs84").amap);
  expect(urls("wgs84").amap).toMatch(/position=116\.70\d+,39\.50\d+.*coordinate=gaode/);
  expect(urls("wgs84").amap).not.toContain("116.700000");
});
