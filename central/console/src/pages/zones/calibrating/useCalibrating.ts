import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTheOverlays, type Placing } from "../bench/overlay";
import { useTheBench } from "../bench/useBench";
import type { Spot } from "../canvas/Canvas";
import { tidy, type Point } from "../geometry/outline";
import { judged, type Judged } from "../ground/judging";
import { MOST, type Known, type Position } from "../ground/known";
import { roundedPlace } from "../ground/placing";

export interface Calibrating {
  known: readonly Known[];
  found: Judged;
  chosen: number | null;
  choose: (at: number | null) => void;
  set: (at: number, changed: Partial<Known>, merges?: string) => void;
  /** Of the point that is chosen or the first one without; else of a new one. */
  atPicture: (point: Point) => void;
  atMap: (position: Position) => void;
  remove: (at: number) => void;
  /** All of them. */
  clear: () => void;
  /** Positions of the first points, such as those of a measured rectangle. */
  fill: (positions: readonly Position[]) => void;
  settle: () => void;
}

const NEW: Known = { picture: null, position: null };

/** Points of the draft's calibration, and which of them is at hand. */
export function useCalibrating(): Calibrating {
  const { draft, act } = useTheBench();
  const { known } = draft;
  const [wanted, choose] = useState<number | null>(null);
  const chosen = wanted !== null && wanted < known.length ? wanted : null;
  return useMemo(() => {
    const put = (next: readonly Known[], merges?: string) => act({ do: "know", known: next, merges });
    const set = (at: number, changed: Partial<Known>, merges?: string) =>
      put(
        known.map((each, index) => (index === at ? { ...each, ...changed } : each)),
        merges,
      );
    const say = (side: keyof Known, changed: Partial<Known>) => {
      const lacks = (at: number | null) => at !== null && known[at]?.[side] === null;
      const at = lacks(chosen) ? (chosen ?? 0) : known.findIndex((each) => each[side] === null);
      if (at >= 0) set(at, changed);
      else if (known.length < MOST) put([...known, { ...NEW, ...changed }]);
      choose(at >= 0 ? at : known.length);
    };
    return {
      known,
      found: judged(known),
      chosen,
      choose,
      set,
      atPicture: (point) => say("picture", { picture: tidy(point) }),
      atMap: (position) => say("position", { position: roundedPlace(position) }),
      remove: (at) => {
        put(known.filter((_, index) => index !== at));
        choose(null);
      },
      clear: () => {
        put([]);
        choose(null);
      },
      fill: (positions) => {
        const more = positions.slice(known.length).map((position) => ({ ...NEW, position }));
        const kept = known.map((each, at) => ({ ...each, position: positions[at] ?? each.position }));
        put([...kept, ...more]);
        choose(0);
      },
      settle: () => act({ do: "settle" }),
    };
  }, [known, chosen, act]);
}

const inside = ([x, y]: Point): boolean => x >= 0 && x <= 1 && y >= 0 && y <= 1;

/** While the ground is calibrated, what is pressed in the picture is a point of it. */
export function usePlacing({ known, chosen, choose, set, atPicture, settle }: Calibrating): void {
  const { ask } = useTheOverlays();
  const held = useRef<number | null>(null);
  const placing = useMemo((): Placing => {
    const near = ([x, y]: Point, [dx, dy]: Point) =>
      known.findIndex(
        ({ picture }) => !!picture && Math.hypot((picture[0] - x) / dx, (picture[1] - y) / dy) <= 1.5,
      );
    return {
      grab: (at, reach) => {
        const found = near(at, reach);
        held.current = found < 0 ? null : found;
        if (found >= 0) choose(found);
        return found >= 0;
      },
      move: (at) => {
        if (held.current !== null) set(held.current, { picture: tidy(at) }, `known ${held.current}`);
      },
      put: (at) => {
        if (inside(at)) atPicture(at);
      },
      nudge: ([dx, dy]) => {
        const picture = chosen === null ? null : known[chosen]?.picture;
        if (picture && chosen !== null)
          set(chosen, { picture: tidy([picture[0] + dx, picture[1] + dy]) }, `nudged ${chosen}`);
      },
      settle,
    };
  }, [known, chosen, choose, set, atPicture, settle]);
  // Before the press that led to it is over: the next one would be taken for the same point once more.
  useLayoutEffect(() => {
    ask(placing);
    return () => ask(null);
  }, [ask, placing]);
}

/** Every point over the picture, with its number, and with a line to where the plan has it. */
export function useSpots({ known, chosen, found }: Calibrating): void {
  const { show } = useTheOverlays();
  const spots = useMemo(() => {
    const bad = new Set(badOf(found));
    return known.flatMap(({ picture, position }, at): Spot[] => {
      if (!picture) return [];
      const as = !position ? "open" : bad.has(at) ? "bad" : "good";
      const to = position && found.plan ? found.plan.pictureOf(position) : null;
      return [{ at: picture, says: String(at + 1), as, selected: at === chosen, to }];
    });
  }, [known, chosen, found]);
  useEffect(() => {
    show("place", { outlines: [], boxes: [], spots });
    return () => show("place", null);
  }, [show, spots]);
}

/** Points that are named as wrong, by their places in the list. */
export function badOf({ refusal, doubts }: Judged): number[] {
  const refused = refusal && "points" in refusal ? refusal.points : [];
  return [...refused, ...doubts.flatMap((doubt) => ("point" in doubt ? [doubt.point] : []))];
}
