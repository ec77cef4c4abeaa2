// A plan without a map: everything in metres around a middle, fitted into a square. Pure.
import { offset, placeOf, type Near, type Place } from "./near";

export interface Spot {
  near: Near;
  x: number;
  y: number;
}

export interface Plan {
  spots: Spot[];
  /** Rings (around oneself) in metres, with their radius in the drawing. */
  rings: { metres: number; radius: number }[];
  me: boolean;
}

export const SIDE = 340;
const EDGE = 22;
const REACHES = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
const LEAST_M = 50;

/** Around `here` the nearest `most`; without a position, around the middle of them all. */
export function planOf(all: readonly Near[], here: Place | null, most: number): Plan {
  const placed = all.flatMap((near) => {
    const place = placeOf(near.ticket);
    return place ? [{ near, place }] : [];
  });
  const shown = placed.slice(0, most);
  if (!shown.length) return { spots: [], rings: [], me: here !== null };
  const middle = here ?? middleOf(shown.map(({ place }) => place));
  const offsets = shown.map(({ near, place }) => ({ near, at: offset(middle, place) }));
  const furthest = Math.max(LEAST_M, ...offsets.map(({ at: [east, north] }) => Math.hypot(east, north)));
  const reach = REACHES.find((each) => each >= furthest) ?? furthest;
  const scale = (SIDE / 2 - EDGE) / reach;
  return {
    spots: offsets.map(({ near, at: [east, north] }) => ({
      near,
      x: SIDE / 2 + east * scale,
      y: SIDE / 2 - north * scale,
    })),
    rings: [reach / 2, reach].map((each) => ({ metres: each, radius: each * scale })),
    me: here !== null,
  };
}

function middleOf(places: readonly Place[]): Place {
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  return {
    longitude: middle(places.map(({ longitude }) => longitude)),
    latitude: middle(places.map(({ latitude }) => latitude)),
  };
}
