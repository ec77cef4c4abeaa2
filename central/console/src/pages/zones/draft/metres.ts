// What is wrong with a zone by its size on the ground, where that is known. Pure.
import type { Point, Size } from "../geometry/outline";
import { metresOfPixel } from "../ground/judging";
import { areaOf, toPicture } from "../ground/placing";
import type { Metres } from "../ground/earth";
import type { Plan } from "../ground/plan";
import type { Zone } from "./shape";

export type GroundWarning =
  | { grave: true; code: "unseen" }
  | { grave: false; code: "beyond" }
  | { grave: false; code: "small"; metres2: number }
  | { grave: false; code: "far"; pixel: number; accuracy: number };

const SMALL_M2 = 1.5; // less than a motorcycle takes
const COARSE_M = 0.4; // of ground in a pixel: a car has some ten then

/** Metres of each corner; null where one of them is at the horizon or beyond. */
export function metresOf(plan: Plan, { polygon }: Zone): Metres[] | null {
  const found = polygon.map((point) => plan.locate(point)?.metres);
  return found.every((each): each is Metres => !!each) ? found : null;
}

/** The corner at which a pixel is worth most. */
function farthest(plan: Plan, polygon: readonly Point[], size: Size) {
  const all = polygon.map((point) => ({ point, pixel: metresOfPixel(plan, point, size) }));
  return all.reduce((worst, each) => (each.pixel > worst.pixel ? each : worst));
}

export function onGround(plan: Plan, zone: Zone, size: Size): GroundWarning[] {
  if (zone.placed && !toPicture(plan, zone.placed)) return [{ grave: true, code: "unseen" }];
  const metres = metresOf(plan, zone);
  if (!metres) return [{ grave: false, code: "beyond" }];
  const metres2 = areaOf(metres);
  const found: GroundWarning[] = metres2 < SMALL_M2 ? [{ grave: false, code: "small", metres2 }] : [];
  const { point, pixel } = farthest(plan, zone.polygon, size);
  if (pixel <= COARSE_M) return found;
  const accuracy = plan.locate(point)?.accuracy ?? 0;
  return [...found, { grave: false, code: "far", pixel, accuracy }];
}
