import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { settingsQuery } from "@/map/settings";
import { degrees } from "./degrees";
import styles from "./Placing.module.css";

const PlaceMap = lazy(() => import("./PlaceMap").then(({ PlaceMap: shown }) => ({ default: shown })));

export interface Position {
  lon: number;
  lat: number;
}

const PLACES = 6; // a decimetre

interface Props {
  about: string;
  required?: boolean;
  onPlaced: (position: Position | null) => void;
}

/** A point on the map, by hand, from where one stands, or by a press on the map. */
export function PlaceFields({ about, required = false, onPlaced }: Props) {
  const { t } = useTranslation("placing");
  const [lon, setLon] = useState("");
  const [lat, setLat] = useState("");
  const [away, setAway] = useState(false);
  const read = (x: string, y: string): Position | null => {
    const [east, north] = [degrees(x, 180), degrees(y, 90)];
    return east === null || north === null ? null : { lon: east, lat: north };
  };
  function put(x: string, y: string): void {
    setLon(x);
    setLat(y);
    onPlaced(read(x, y));
  }
  const point = (x: number, y: number) => put(x.toFixed(PLACES), y.toFixed(PLACES));
  const here = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => point(coords.longitude, coords.latitude),
      () => setAway(true),
      { timeout: 10_000 },
    );
  return (
    <div className={styles.part}>
      <p className={styles.soft}>{about}</p>
      <div className={styles.form}>
        <Degrees
          label={t("lon")}
          like="116.7031"
          most={180}
          required={required}
          value={lon}
          onSaid={(said) => put(said, lat)}
        />
        <Degrees
          label={t("lat")}
          like="39.5212"
          most={90}
          required={required}
          value={lat}
          onSaid={(said) => put(lon, said)}
        />
      </div>
      {"geolocation" in navigator && (
        <p className={styles.row}>
          <Button onClick={here}>
            <Icon name="here" small />
            {t("here")}
          </Button>
          {away && <span role="status">{t("hereNot")}</span>}
        </p>
      )}
      <OnMap at={read(lon, lat)} onPoint={point} />
    </div>
  );
}

interface OnMapProps {
  at: Position | null;
  onPoint: (longitude: number, latitude: number) => void;
}

function OnMap({ at, onPoint }: OnMapProps) {
  const { t } = useTranslation("placing");
  const map = useQuery(settingsQuery).data;
  if (!map) return null;
  if (!knowsPlaces(map)) return <p className={styles.soft}>{t("noMap")}</p>;
  return (
    <Suspense fallback={<div className={styles.map} />}>
      <PlaceMap settings={map} at={at} onPoint={onPoint} />
    </Suspense>
  );
}

const knowsPlaces = ({ base, cells, center }: Schema<"MapSettingsAnswer">) =>
  base.kind !== "none" || cells || center !== null;

interface DegreesProps {
  label: string;
  like: string;
  most: 90 | 180;
  value: string;
  required: boolean;
  onSaid: (said: string) => void;
}

function Degrees({ label, like, most, value, required, onSaid }: DegreesProps) {
  const { t } = useTranslation("placing");
  return (
    <Field
      label={label}
      inputMode="decimal"
      placeholder={like}
      autoComplete="off"
      required={required}
      value={value}
      trouble={value && degrees(value, most) === null ? t("degrees", { most }) : null}
      onChange={({ target }) => onSaid(target.value)}
    />
  );
}
