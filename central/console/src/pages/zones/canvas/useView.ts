import { useCallback, useMemo, useState } from "react";
import type { Point, Size } from "../geometry/outline";
import { fitted, held, shifted, zoomed, type View } from "./view";

export interface Viewing {
  view: View;
  /** About a place on the screen; about its middle where none is given. */
  zoom: (by: number, at?: Point) => void;
  pan: (dx: number, dy: number) => void;
  fit: () => void;
}

/** How the picture lies on the screen; it fits until somebody enlarges it. */
export function useView(size: Size, screen: Size): Viewing {
  const [wanted, setWanted] = useState<View | null>(null);
  const fits = useMemo(
    () => (screen.width > 0 ? fitted(size, screen) : { scale: 1, x: 0, y: 0 }),
    [size, screen],
  );
  const view = useMemo(() => (wanted ? held(wanted, size, screen) : fits), [wanted, size, screen, fits]);
  const zoom = useCallback(
    (by: number, at: Point = [screen.width / 2, screen.height / 2]) =>
      setWanted((now) => zoomed(now ?? fits, by, at, size, screen)),
    [fits, size, screen],
  );
  const pan = useCallback(
    (dx: number, dy: number) => setWanted((now) => shifted(now ?? fits, dx, dy, size, screen)),
    [fits, size, screen],
  );
  return { view, zoom, pan, fit: useCallback(() => setWanted(null), []) };
}
