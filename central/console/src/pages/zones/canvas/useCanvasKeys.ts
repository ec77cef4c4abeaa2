import { useState, type KeyboardEvent } from "react";
import type { Placing } from "../bench/overlay";
import { useTheBench } from "../bench/useBench";
import { clamped, type Point } from "../geometry/outline";
import { keyed, way } from "./keys";

const ZOOM = 1.25;

/** Keys while the picture has the focus; `cross`: where they would put a corner. */
export function useCanvasKeys(zoom: (by: number) => void, fit: () => void, placing: Placing | null) {
  const { state, act } = useTheBench();
  const [cross, setCross] = useState<Point>([0.5, 0.5]);
  const zooms = (pressed: string): [] | null => {
    if (pressed === "+" || pressed === "=") zoom(ZOOM);
    else if (pressed === "-") zoom(1 / ZOOM);
    else if (pressed === "0") fit();
    else return null;
    return [];
  };
  const places = (event: KeyboardEvent, { nudge }: Placing) => {
    const go = way(event);
    if (!go && zooms(event.key) === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (go) nudge(go);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
    if (placing) return places(event, placing);
    const go = state.tool === "select" ? null : way(event);
    if (go) setCross(([x, y]) => [clamped(x + go[0]), clamped(y + go[1])]);
    const acts = zooms(event.key) ?? keyed(event, state, cross);
    if (acts === null) return;
    event.preventDefault();
    event.stopPropagation();
    acts.forEach(act);
  };
  return { cross, onKeyDown };
}
