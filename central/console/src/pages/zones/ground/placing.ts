// Outlines of the picture on the ground, and back. Pure.
import type { Outline, Point } from "../geometry/outline";
import { tidy } from "../geometry/outline";
import type { Metres } from "./earth";
import type { Position } from "./known";
import type { Plan } from "./plan";

const PLACES = 7; // a hundredth of a metre
const round = (value: number): number => Number(value.toFixed(PLACES));

export const roundedPlace = ([lon, lat]: Position): Position => [round(lon), round(lat)];

/** null where a corner lies at the horizon, above it, or too far to be known. */
export function toGround(plan: Plan, outline: Outline): Position[] | null {
  const found = outline.map((point) => plan.locate(point)?.position);
  return found.every((each): each is Position => !!each) ? found.map(roundedPlace) : null;
}

type Side = (point: Point) => number;
const SIDES: readonly Side[] = [([x]) => x, ([, y]) => y, ([x]) => 1 - x, ([, y]) => 1 - y];

/** What is left within the picture (Sutherland and Hodgman, 1974). */
function clipped(outline: Outline): Outline {
  return SIDES.reduce<Outline>(
    (rest, side) =>
      rest.flatMap((point, at) => {
        const next = rest[(at + 1) % rest.length] as Point;
        const [here, there] = [side(point), side(next)];
        const kept: Point[] = here >= 0 ? [point] : [];
        if (here >= 0 === there >= 0) return kept;
        const share = here / (here - there);
        const cut = [0, 1].map(
          (axis) => (point[axis] as number) + ((next[axis] as number) - (point[axis] as number)) * share,
        );
        return [...kept, cut as unknown as Point];
      }),
    outline,
  );
}

/** null where part of it lies at the horizon or behind the camera, or the picture shows nothing of it. */
export function toPicture(plan: Plan, ground: readonly Position[]): Outline | null {
  const found = ground.map((place) => plan.pictureOf(place));
  if (!found.every((each): each is Point => !!each)) return null;
  const shown = clipped(found).map(tidy);
  const distinct = shown.filter((point, at) => String(point) !== String(shown[(at + 1) % shown.length]));
  return distinct.length >= 3 ? distinct : null;
}

/** Square metres. */
export function areaOf(metres: readonly Metres[]): number {
  const twice = metres.reduce((sum, [ax, ay], at) => {
    const [bx, by] = metres[(at + 1) % metres.length] as Metres;
    return sum + ax * by - bx * ay;
  }, 0);
  return Math.abs(twice) / 2;
}

/** The corners of a measured rectangle: `long` metres towards `bearing` (degrees from north), then to the right. */
export function rectangle(
  plan: { place: (metres: Metres) => Position },
  bearing: number,
  long: number,
  wide: number,
): Position[] {
  const turn = (bearing * Math.PI) / 180;
  const [e, n] = [Math.sin(turn), Math.cos(turn)];
  const corners: Metres[] = [
    [0, 0],
    [long * e, long * n],
    [long * e + wide * n, long * n - wide * e],
    [wide * n, -wide * e],
  ];
  return corners.map((corner) => roundedPlace(plan.place(corner)));
}
