import { createContext, use, useCallback, useMemo, useState } from "react";
import type { Overlay } from "../canvas/Canvas";
import type { Point } from "../geometry/outline";

type Layer = "trial" | "history" | "advice" | "seen" | "merge" | "place";
const NONE: Overlay = { outlines: [], boxes: [] };

export interface Overlays {
  overlay: Overlay;
  /** What a part of the page shows over the picture; null takes it away. */
  show: (layer: Layer, overlay: Overlay | null) => void;
  /** A place in the picture is asked for: what is pressed next goes there. */
  onPlace: ((at: Point) => void) | null;
  ask: (onPlace: ((at: Point) => void) | null) => void;
}

export const OverlayContext = createContext<Overlays | null>(null);

export function useTheOverlays(): Overlays {
  const overlays = use(OverlayContext);
  if (!overlays) throw new Error("there is no OverlayContext around this");
  return overlays;
}

export function useOverlays(): Overlays {
  const [layers, setLayers] = useState<Partial<Record<Layer, Overlay>>>({});
  const [asked, setAsked] = useState<{ onPlace: (at: Point) => void } | null>(null);
  const show = useCallback(
    (layer: Layer, overlay: Overlay | null) =>
      setLayers((now) => (now[layer] || overlay ? { ...now, [layer]: overlay ?? NONE } : now)),
    [],
  );
  const ask = useCallback((onPlace: ((at: Point) => void) | null) => setAsked(onPlace && { onPlace }), []);
  const overlay = useMemo(() => {
    const all = Object.values(layers);
    return { outlines: all.flatMap((each) => each.outlines), boxes: all.flatMap((each) => each.boxes) };
  }, [layers]);
  return useMemo(
    () => ({ overlay, show, onPlace: asked?.onPlace ?? null, ask }),
    [overlay, show, asked, ask],
  );
}
