import { createContext, use, useCallback, useMemo, useState } from "react";
import type { Overlay } from "../canvas/Canvas";
import type { Point } from "../geometry/outline";

type Layer = "trial" | "history" | "advice" | "hidden" | "seen" | "merge" | "place" | "grid";
const NONE: Overlay = { outlines: [], boxes: [] };

/** Places in the picture are asked for, such as those of a calibration: what is pressed goes there. */
export interface Placing {
  /** Whether something is taken hold of there; reach: how near is near, in shares of the width and height. */
  grab: (at: Point, reach: Point) => boolean;
  move: (at: Point) => void;
  /** Pressed where nothing is. */
  put: (at: Point) => void;
  nudge: (by: Point) => void;
  settle: () => void;
}

export interface Overlays {
  overlay: Overlay;
  /** What a part of the page shows over the picture; null takes it away. */
  show: (layer: Layer, overlay: Overlay | null) => void;
  placing: Placing | null;
  ask: (placing: Placing | null) => void;
}

export const OverlayContext = createContext<Overlays | null>(null);

export function useTheOverlays(): Overlays {
  const overlays = use(OverlayContext);
  if (!overlays) throw new Error("there is no OverlayContext around this");
  return overlays;
}

export function useOverlays(): Overlays {
  const [layers, setLayers] = useState<Partial<Record<Layer, Overlay>>>({});
  const [placing, ask] = useState<Placing | null>(null);
  const show = useCallback(
    (layer: Layer, overlay: Overlay | null) =>
      setLayers((now) => (now[layer] || overlay ? { ...now, [layer]: overlay ?? NONE } : now)),
    [],
  );
  const overlay = useMemo(() => {
    const all = Object.values(layers);
    return {
      outlines: all.flatMap((each) => each.outlines),
      boxes: all.flatMap((each) => each.boxes),
      lines: all.flatMap((each) => each.lines ?? []),
      spots: all.flatMap((each) => each.spots ?? []),
    };
  }, [layers]);
  return useMemo(() => ({ overlay, show, placing, ask }), [overlay, show, placing, ask]);
}
