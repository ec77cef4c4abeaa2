import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { datumOf } from "@/map/datum";
import { Map as MapLibre, Marker } from "@/map/maplibre";
import { palette } from "@/map/palette";
import { baseOf } from "@/map/base";
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
export function PlaceMap({ settings, at, onPoint }: Props) {
  const { t } = useTranslation("placing");
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const pressed = useEffectEvent(onPoint);
  useEffect(() => {
    if (!box.current) return undefined;
    const colours = palette();
    const datum = datumOf(settings.base.datum);
    const [longitude, latitude] = settings.center ?? [0, 0];
    const made = new MapLibre({
      container: box.current,
      style: styleOf(colours),
      center: [...datum.there(longitude, latitude)],
      zoom: settings.zoom ?? (settings.center ? NEAR : 1),
      attributionControl: false,
      fadeDuration: 0,
      locale: { "Map.Title": t("map") },
    });
    made.on("click", ({ lngLat }) => pressed(...datum.back(lngLat.lng, lngLat.lat)));
    made.once("style.load", () => {
      void baseOf(settings.base, colours).then((base) => {
        if (!base) return;
        for (const [name, source] of Object.entries(base.sources)) made.addSource(name, source);
        for (const layer of base.layers) made.addLayer(layer, "above-base");
      });
    });
    setMap(made);
    return () => made.remove();
  }, [settings, t]);
  useEffect(() => {
    if (!map || !at) return undefined;
    const marker = new Marker().setLngLat([...datumOf(settings.base.datum).there(at.lon, at.lat)]).addTo(map);
    return () => void marker.remove();
  }, [map, at?.lon, at?.lat, settings]); // eslint-disable-line react-hooks/exhaustive-deps
  return <div ref={box} className={styles.map} aria-label={t("map")} role="region" />;
}
