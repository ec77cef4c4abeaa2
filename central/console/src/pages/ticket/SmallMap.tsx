import { useQuery } from "@tanstack/react-query";
import type { Feature, Geometry } from "geojson";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Schema } from "@/api/client";
import { useTranslation } from "react-i18next";
import type { BaseAnswer } from "@/map/base";
import { BaseAway } from "@/map/BaseAway";
import { datumOf, movedAll } from "@/map/datum";
import { drawnOrNone } from "@/map/drawn";
import { Map as MapLibre, NavigationControl, type GeoJSONSource } from "@/map/maplibre";
import { palette } from "@/map/palette";
import { useBase } from "@/map/useBase";
import { eyesQuery } from "@/pages/map/asking";
import { around, smallStyle } from "./smallmap";
import styles from "./Where.module.css";

interface Props {
  at: readonly [number, number];
  location: Schema<"Location"> | null;
  base: BaseAnswer;
  label: string;
  onNone: () => void;
}

const ZOOM = 16;

/** The place with how well it is known, and the sources about it. Moved by pointer or keys; no wheel, so the page scrolls. */
export default function SmallMap(props: Props) {
  const { t } = useTranslation("ticket");
  const { at, location, base, label } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const none = useEffectEvent(() => queueMicrotask(props.onNone));
  const datum = datumOf(base.datum);
  const begin = useEffectEvent(
    (container: HTMLElement) =>
      new MapLibre({
        container,
        style: smallStyle(palette()),
        center: [...datum.there(at[0], at[1])] as [number, number],
        zoom: ZOOM,
        scrollZoom: false,
        attributionControl: false,
        locale: {
          "Map.Title": label,
          "NavigationControl.ZoomIn": t("zoomIn"),
          "NavigationControl.ZoomOut": t("zoomOut"),
        },
      }),
  );
  useEffect(() => {
    const made = drawnOrNone(() => begin(holder.current as HTMLDivElement));
    if (!made) return none();
    made.addControl(new NavigationControl({ showCompass: false }), "top-right");
    made.once("style.load", () => setMap(made));
    return () => {
      setMap(null);
      made.remove();
    };
  }, []);
  const under = useBase(map, base);
  const moved = (geometry: Geometry): Geometry =>
    "coordinates" in geometry
      ? ({ ...geometry, coordinates: movedAll(geometry.coordinates, datum) } as Geometry)
      : geometry;
  const eyes = useQuery(eyesQuery).data;
  const seen = (eyes?.items ?? []).flatMap(({ longitude, latitude }): Geometry[] =>
    longitude === null || latitude === null
      ? []
      : [moved({ type: "Point", coordinates: [longitude, latitude] })],
  );
  useDrawn(map, "eyes", seen);
  useDrawn(map, "place", location ? around(location).map(moved) : []);
  return (
    <>
      <div ref={holder} className={styles.map} />
      <BaseAway base={under} />
    </>
  );
}

function useDrawn(map: MapLibre | null, name: string, geometries: readonly Geometry[]): void {
  const said = JSON.stringify(geometries);
  useEffect(() => {
    const features = (JSON.parse(said) as Geometry[]).map((geometry): Feature => ({
      type: "Feature",
      geometry,
      properties: {},
    }));
    map?.getSource<GeoJSONSource>(name)?.setData({ type: "FeatureCollection", features });
  }, [map, name, said]);
}
