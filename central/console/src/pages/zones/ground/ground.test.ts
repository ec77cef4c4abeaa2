import { describe, expect, it } from "vitest";
import { apart, tangentAt } from "./earth";
import { eigen } from "./eigen";
import { hullShare, judged } from "./judging";
import { knownOf, type Known, type Pair, type Position } from "./known";
import { lattice } from "./lattice";
import { areaOf, rectangle, toGround, toPicture } from "./placing";
import { planOf, type Plan } from "./plan";

// What `edge.ground.plan.Plan` says of the same points.
const POINTS: Pair[] = [
  { picture: [0.0291, 0.9777], position: [114.0499403, 22.5401093] },
  { picture: [1.0178, 0.9029], position: [114.0500726, 22.540115] },
  { picture: [0.7457, 0.199], position: [114.0500852, 22.5403607] },
  { picture: [0.2563, 0.1593], position: [114.0499043, 22.5404124] },
  { picture: [0.5865, 0.4182], position: [114.05002, 22.5402241] },
  { picture: [0.3917, 0.3305], position: [114.0499702, 22.5402656] },
  { picture: [0.7808, 0.6346], position: [114.0500452, 22.5401601] },
];
const RESIDUALS = [0.063199, 0.291352, 0.351891, 0.739076, 0.210445, 0.369987, 0.461609];
const LOCATED = [
  [0.5, 0.5, 114.049999673, 22.540197476, 1.39649],
  [0.2, 0.9, 114.049959746, 22.540117894, 1.5424],
  [0.8, 0.35, 114.050079301, 22.540254869, 1.5538],
  [0.5, 0.2, 114.049998412, 22.540361538, 1.71012],
  [0.5, 0.05, 114.04999669, 22.540585849, 5.04511],
] as const;

const plan = (points: readonly Pair[]): Plan => {
  const found = planOf(points);
  if (typeof found === "string" || "behind" in found) throw new Error(`no plan: ${JSON.stringify(found)}`);
  return found;
};
const moved = (at: number, metres: number): Known[] =>
  POINTS.map(({ picture, position: [lon, lat] }, each) => ({
    picture,
    position: [lon, each === at ? lat + metres / 111_000 : lat],
  }));

describe("a plan of the ground", () => {
  it("gives the node's own figures", () => {
    const made = plan(POINTS);
    made.residuals.forEach((each, at) => expect(each).toBeCloseTo(RESIDUALS[at] as number, 4));
    expect(made.rms).toBeCloseTo(0.405886, 4);
    for (const [x, y, lon, lat, accuracy] of LOCATED) {
      const at = made.locate([x, y]);
      expect(apart(at?.position as Position, [lon, lat])).toBeLessThan(0.005);
      expect((at?.accuracy ?? 0) / accuracy).toBeCloseTo(1, 2);
    }
    const back = made.pictureOf([114.05, 22.5402]);
    expect(back?.[0]).toBeCloseTo(0.501625, 5);
    expect(back?.[1]).toBeCloseTo(0.49206, 5);
    expect(made.pictureOf([114.0501, 22.5395])).toBeNull(); // behind the camera
    expect(made.locate([0.5, -0.5])).toBeNull(); // in the sky
  });

  it("takes outlines to the ground and back, cut at the picture's rim", () => {
    const made = plan(POINTS);
    const outline = [[0.3, 0.5], [0.6, 0.5], [0.7, 0.9], [0.2, 0.9]] as const; // prettier-ignore
    const ground = toGround(made, outline) as Position[];
    const again = toPicture(made, ground) as typeof outline;
    outline.forEach(([x, y], at) => {
      expect(again[at]?.[0]).toBeCloseTo(x, 3);
      expect(again[at]?.[1]).toBeCloseTo(y, 3);
    });
    expect(toGround(made, [[0.5, 0.5], [0.6, 0.5], [0.5, -0.5]])).toBeNull(); // prettier-ignore
    const wide = toGround(made, [[-0.5, 0.5], [0.5, 0.5], [0.5, 0.9], [-0.5, 0.9]]) as Position[]; // prettier-ignore
    expect(toPicture(made, wide)?.every(([x, y]) => x >= 0 && y >= 0 && x <= 1 && y <= 1)).toBe(true);
    const away = toGround(made, [[1.2, 0.5], [1.4, 0.5], [1.4, 0.9]]) as Position[]; // prettier-ignore
    expect(toPicture(made, away)).toBeNull();
  });

  it("draws a grid of metres within the picture, of few lines", () => {
    const made = plan(POINTS);
    const drawn = lattice(made);
    expect(drawn?.lines.length).toBeGreaterThan(8);
    expect(drawn?.lines.length).toBeLessThan(160);
    expect(lattice(made, 5)?.step).toBe(5);
    for (const { points } of drawn?.lines ?? [])
      expect(points.every((point) => made.showsGround(point))).toBe(true);
  });
});

describe("what is said of the points", () => {
  const flat = (points: [number, number, number, number][]): Known[] =>
    points.map(([x, y, e, n]) => ({
      picture: [x, y],
      position: tangentAt([114.05, 22.54]).place([e, n]),
    }));
  const square = (last: [number, number, number, number]) =>
    flat([[0.1, 0.9, 0, 0], [0.9, 0.9, 8, 0], [0.7, 0.4, 8, 20], last]); // prettier-ignore

  it("refuses what leaves the plan open, in its own words", () => {
    expect(judged([]).refusal).toEqual({ code: "none" });
    expect(judged(POINTS.slice(0, 3)).refusal).toEqual({ code: "few", missing: 1 });
    expect(judged(square([0.1, 0.9, 0, 20])).refusal).toEqual({ code: "same_picture", points: [0, 3] });
    expect(judged(square([0.3, 0.4, 8, 0])).refusal).toEqual({ code: "same_place", points: [1, 3] });
    expect(judged(square([0.5, 0.9, 4, 30])).refusal).toEqual({ code: "line", points: [0, 1, 3] });
    expect(judged(square([0.3, 0.4, 8, 10])).refusal).toEqual({ code: "line", points: [1, 2, 3] });
    const line = flat([1, 2, 3, 4, 5].map((at) => [at / 10, at / 10, at, at]));
    expect(judged(line).refusal).toEqual({ code: "open" });
    expect(judged(square([0.3, 0.4, 0, -20])).refusal?.code).toMatch(/horizon|open/);
    expect(judged([...POINTS, { picture: [0.5, 0.5], position: null }]).errors.at(-1)).toBeNull();
  });

  it("names the one point that is wrong", () => {
    expect(judged(POINTS).doubts).toEqual([]);
    for (const at of [1, 4, 6]) {
      const [doubt] = judged(moved(at, 12)).doubts;
      expect(doubt).toMatchObject({ code: "bad", point: at });
    }
    const five = judged(moved(1, 12).slice(0, 5)).doubts[0]; // which of five cannot be told
    expect(five?.code).toBe("poor");
  });

  it("says what four points, a line, and a corner of the picture are worth", () => {
    expect(judged(square([0.3, 0.4, 0, 20])).doubts).toEqual([{ code: "exact" }]);
    const leaning = ([[0.3, 0.5], [0.5, 0.51], [0.7, 0.5], [0.5, 0.9]] as const).map((picture) => ({ picture, position: plan(POINTS).locate(picture)?.position ?? null })); // prettier-ignore
    expect(judged(leaning).doubts.map(({ code }) => code)).toContain("flat");
    const small = flat([[0.1, 0.9, 0, 0], [0.2, 0.9, 2, 0], [0.2, 0.8, 2, 3], [0.1, 0.8, 0, 3]]); // prettier-ignore
    expect(judged(small).doubts.map(({ code }) => code)).toContain("crowded");
    expect(hullShare([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5]])).toBeCloseTo(1); // prettier-ignore
  });
});

describe("what it is made of", () => {
  it("finds eigenvalues and their vectors", () => {
    const { values, vectors } = eigen([[2, 1, 0], [1, 2, 0], [0, 0, 5]]); // prettier-ignore
    expect(values.map((each) => Math.round(each * 1e9) / 1e9)).toEqual([5, 3, 1]);
    expect(Math.abs(vectors[1]?.[0] ?? 0)).toBeCloseTo(Math.SQRT1_2);
  });
  it("keeps metres over the way there and back", () => {
    const tangent = tangentAt([114.05, 22.54]);
    const [east, north] = tangent.metres(tangent.place([120, -80]));
    expect(east).toBeCloseTo(120, 3);
    expect(north).toBeCloseTo(-80, 3);
    expect(apart([114.05, 22.54], [114.06, 22.54])).toBeCloseTo(1028.6, 0);
    const corners = rectangle(tangent, 90, 5, 2.5);
    expect(areaOf(corners.map(tangent.metres))).toBeCloseTo(12.5, 0);
    const [, second] = corners.map(tangent.metres);
    expect(second?.[0]).toBeCloseTo(5, 1); // east
  });
  it("reads what is written, and leaves out what cannot be read", () => {
    const said = [{ picture: [0.1, 0.2], position: [114, 22] }, { picture: ["a", 1] }, null, 7];
    expect(knownOf(said)).toEqual([
      { picture: [0.1, 0.2], position: [114, 22] },
      { picture: null, position: null },
      { picture: null, position: null },
      { picture: null, position: null },
    ]);
    expect(knownOf({})).toEqual([]);
  });
});
