import type { Map as MapLibre } from "maplibre-gl";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { BaseAnswer } from "./base";
import { BaseMap } from "./baseMap";
import { palette } from "./palette";

export interface BaseState {
  away: boolean;
  again: () => void;
}

/** Lays the configured base map under a map whose style has a layer `above-base`. */
export function useBase(map: MapLibre | null, said: BaseAnswer, laid?: () => void): BaseState {
  const [away, setAway] = useState(false);
  const base = useRef<BaseMap | null>(null);
  const told = useEffectEvent(() => laid?.());
  useEffect(() => {
    if (!map) return undefined;
    const made = new BaseMap(map, said, palette(), { laid: () => told(), away: setAway });
    base.current = made;
    return () => {
      base.current = null;
      made.end();
      setAway(false);
    };
  }, [map, said]);
  return { away, again: () => base.current?.again() };
}
