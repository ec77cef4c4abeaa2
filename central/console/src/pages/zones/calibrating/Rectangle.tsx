import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { tangentAt } from "../ground/earth";
import type { Position } from "../ground/known";
import { rectangle } from "../ground/placing";
import styles from "./Calibrating.module.css";
import { PairFields } from "./PairFields";
import type { Calibrating } from "./useCalibrating";
import { asPosition, numberIn } from "./writing";

interface Props {
  calibrating: Calibrating;
  /** Where the camera stands, if that is known. */
  camera: Position | null;
}

/** Without a good map: four corners of a rectangle that was measured with a tape. */
export function Rectangle({ calibrating, camera }: Props) {
  const { t } = useTranslation("zones");
  const { known, fill } = calibrating;
  const [corner, setCorner] = useState<Position | null>(null);
  const [sizes, setSizes] = useState({ bearing: "0", long: "", wide: "" });
  const from = corner ?? known[0]?.position ?? camera;
  const [bearing, long, wide] = [sizes.bearing, sizes.long, sizes.wide].map(numberIn);
  const ready = from && bearing !== null && bearing !== undefined && !!long && !!wide && long > 0 && wide > 0;
  const lay = () => {
    if (ready) fill(rectangle(tangentAt(from), bearing, long, wide));
  };
  return (
    <details className={styles.more}>
      <summary>{t("ground.rectangle.title")}</summary>
      <p className={styles.soft}>{t("ground.rectangle.help")}</p>
      <div className={styles.corner}>
        <span>{t("ground.rectangle.corner")}</span>
        <PairFields
          value={from}
          decimals={7}
          labels={[t("ground.rectangle.lon"), t("ground.rectangle.lat")]}
          read={asPosition}
          onPut={setCorner}
        />
      </div>
      <div className={styles.sizes}>
        {(["bearing", "long", "wide"] as const).map((key) => (
          <Field
            key={key}
            label={t(`ground.rectangle.${key}`)}
            inputMode="decimal"
            value={sizes[key]}
            onChange={({ target }) => setSizes((now) => ({ ...now, [key]: target.value }))}
          />
        ))}
      </div>
      <Button disabled={!ready} onClick={lay}>
        {t("ground.rectangle.lay")}
      </Button>
    </details>
  );
}
