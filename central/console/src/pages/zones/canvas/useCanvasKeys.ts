import { useState, type KeyboardEvent } from "react";
import { useTheBench } from "../bench/useBench";
import { clamped, type Point } from "../geometry/outline";
import { keyed, way } from "./keys";

const ZOOM = 1.25;

/** Keys while the picture has the focus; `cross`: where they would put a corner. */
export function useCanvasKeys(zoom: (by: number) => void, fit: () => void) {
  const { state, act } = useTheBench();
  const [cross, setCross] = useState<Point>([0.5, 0.5]);
  const zooms = (pressed: string): [] | null => {
    if (pressed === "+" || pressed === "=") zoom(ZOOM);
    else if (pressed === "-") zoom(1 / ZOOM);
    else if (pressed === "0") fit();
    else return null;
    return [];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
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
