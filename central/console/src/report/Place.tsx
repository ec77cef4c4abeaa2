import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/parts/Field";
import styles from "./Report.module.css";
import type { Spot } from "./shapes";

type Says = "locating" | "notLocated" | "tooUncertain" | null;

interface Props {
  spot: Spot | null;
  /** A position that is known worse, in metres, helps nobody. */
  worst: number;
  onSpot: (spot: Spot) => void;
}

export function Place({ spot, worst, onSpot }: Props) {
  const { t } = useTranslation("report");
  const [says, setSays] = useState<Says>(null);
  const [open, setOpen] = useState(false);

  function found({ coords }: GeolocationPosition): void {
    const { longitude, latitude, accuracy } = coords;
    if (accuracy > worst) {
      setSays("tooUncertain");
      setOpen(true);
      return;
    }
    setSays(null);
    onSpot({ longitude, latitude, accuracy_m: accuracy });
  }
  function locate(): void {
    setSays("locating");
    const failed = () => {
      setSays("notLocated");
      setOpen(true);
    };
    if (!("geolocation" in navigator)) return failed();
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 20_000 });
  }

  return (
    <fieldset>
      <legend>{t("where")}</legend>
      <p
        className={styles.spot}
        data-known={(spot !== null && says === null) || undefined}
        aria-live="polite"
      >
        <Words spot={spot} says={says} />
      </p>
      <button type="button" onClick={locate} disabled={says === "locating"}>
        {t("locate")}
      </button>
      <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{t("byHand")}</summary>
        <ByHand
          onSpot={(made) => {
            setSays(null);
            onSpot(made);
          }}
        />
      </details>
    </fieldset>
  );
}

function Words({ spot, says }: { spot: Spot | null; says: Says }) {
  const { t } = useTranslation("report");
  if (says) return <>{t(says)}</>;
  if (spot === null) return null;
  if ("at" in spot) return <>{t("here", { name: spot.name })}</>;
  const place = `${spot.latitude.toFixed(6)}, ${spot.longitude.toFixed(6)}`;
  return <>{spot.accuracy_m ? t("within", { place, metres: Math.ceil(spot.accuracy_m) }) : place}</>;
}

const degrees = (text: string): number => (text.trim() === "" ? NaN : Number(text.replace(",", ".")));

function ByHand({ onSpot }: { onSpot: (spot: Spot) => void }) {
  const { t } = useTranslation("report");
  const [typed, setTyped] = useState({ latitude: "", longitude: "" });
  const change = (name: "latitude" | "longitude", value: string) => {
    const now = { ...typed, [name]: value };
    setTyped(now);
    const [latitude, longitude] = [degrees(now.latitude), degrees(now.longitude)];
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) onSpot({ longitude, latitude });
  };
  const own = { inputMode: "decimal", autoComplete: "off" } as const;
  return (
    <div className={styles.pair}>
      {(["latitude", "longitude"] as const).map((name) => (
        <Field
          key={name}
          {...own}
          label={t(name)}
          value={typed[name]}
          onChange={({ currentTarget }) => change(name, currentTarget.value)}
        />
      ))}
    </div>
  );
}
