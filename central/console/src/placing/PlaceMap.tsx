import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useTheme } from "@/look/useTheme";
import { BaseAway } from "@/map/BaseAway";
import { datumOf } from "@/map/datum";
import { drawnOrNone } from "@/map/drawn";
import { Map as MapLibre, Marker } from "@/map/maplibre";
import { palette } from "@/map/palette";
import { useBase } from "@/map/useBase";
import { styleOf } from "@/pages/map/draw/style";
import type { Position } from "./PlaceFields";
import styles from "./Placing.module.css";

interface Props {
  settings: Schema<"MapSettingsAnswer">;
  at: Position | null;
  onPoint: (longitude: number, latitude: number) => void;
}

const NEAR = 15;

/** The base map; a press says where it is. The fields beside it say the same for the keyboard. */
export function PlaceMap(props: Props) {
  return <Themed key={useTheme()} {...props} />;
}

function Themed({ settings, at, onPoint }: Props) {
  const { t } = useTranslation("placing");
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const [none, setNone] = useState(false);
  const pressed = useEffectEvent(onPoint);
  const base = useBase(map, settings.base);
  const begin = useEffectEvent((container: HTMLDivElement) => {
    const datum = datumOf(settings.base.datum);
    const [longitude, latitude] = at ? [at.lon, at.lat] : (settings.center ?? [0, 0]);
    const made = new MapLibre({
      container,
      style: styleOf(palette()),
      center: [...datum.there(longitude as number, latitude as number)],
      zoom: settings.zoom ?? (settings.center ? NEAR : 1),
      attributionControl: false,
      fadeDuration: 0,
      locale: { "Map.Title": t("map") },
    });
    made.on("click", ({ lngLat }) => pressed(...datum.back(lngLat.lng, lngLat.lat)));
    made.on("idle", () => (container.dataset["idle"] = "true"));
    return made;
  });
  useEffect(() => {
    const made = drawnOrNone(() => begin(box.current as HTMLDivElement));
    queueMicrotask(() => (made ? setMap(made) : setNone(true)));
    return () => {
      setMap(null);
      made?.remove();
    };
  }, []);
  useMarked(map, settings, at);
  if (none) return null;
  return (
    <div className={styles.place}>
      <div ref={box} className={styles.map} />
      <BaseAway base={base} />
    </div>
  );
}

function useMarked(map: MapLibre | null, { base }: Props["settings"], at: Position | null): void {
  const [lon, lat] = [at?.lon, at?.lat];
  useEffect(() => {
    if (!map || lon === undefined || lat === undefined) return undefined;
    const marker = new Marker().setLngLat([...datumOf(base.datum).there(lon, lat)]).addTo(map);
    return () => void marker.remove();
  }, [map, lon, lat, base.datum]);
}
