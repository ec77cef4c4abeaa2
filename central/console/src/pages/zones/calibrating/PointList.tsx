import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useFormats } from "@/words/useFormats";
import type { Known } from "../ground/known";
import styles from "./Calibrating.module.css";
import { PairFields } from "./PairFields";
import { badOf, type Calibrating } from "./useCalibrating";
import { asPosition, isShare } from "./writing";

/** Every point with its places and its error: all that the picture and the map say, to be read and written. */
export function PointList({ calibrating }: { calibrating: Calibrating }) {
  const { t } = useTranslation("zones");
  const { known, found } = calibrating;
  const bad = new Set(badOf(found));
  if (!known.length) return null;
  return (
    <div className={styles.points}>
      <div className={styles.heads} aria-hidden="true">
        <span>{t("ground.point")}</span>
        <span>{t("points.x")}</span>
        <span>{t("points.y")}</span>
        <span>{t("ground.lon")}</span>
        <span>{t("ground.lat")}</span>
        <span>{t("ground.error")}</span>
      </div>
      <ol className={styles.list} aria-label={t("ground.points")}>
        {known.map((each, at) => (
          <One key={at} {...{ calibrating, at }} point={each} wrong={bad.has(at)} />
        ))}
      </ol>
    </div>
  );
}

interface OneProps {
  calibrating: Calibrating;
  at: number;
  point: Known;
  wrong: boolean;
}

function One({ calibrating, at, point, wrong }: OneProps) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  const { set, choose, chosen, remove, found } = calibrating;
  const error = found.errors[at] ?? null;
  const of = { number: at + 1 };
  const metres = (value: number) => {
    const digits = value < 10 ? 2 : 0;
    const text = number(value, { maximumFractionDigits: digits, minimumFractionDigits: digits });
    return t("ground.metres", { metres: text });
  };
  return (
    <li
      className={styles.row}
      data-point={at + 1}
      data-wrong={wrong || undefined}
      aria-current={chosen === at || undefined}
    >
      <button
        type="button"
        className={styles.number}
        aria-pressed={chosen === at}
        aria-label={t("ground.choose", of)}
        onClick={() => choose(chosen === at ? null : at)}
      >
        {at + 1}
      </button>
      <PairFields
        value={point.picture}
        times={100}
        decimals={2}
        labels={[t("ground.xOf", of), t("ground.yOf", of)]}
        read={(pair) => (isShare(pair) ? pair : null)}
        onPut={(picture) => set(at, { picture }, `picture ${at}`)}
        onFocus={() => choose(at)}
      />
      <PairFields
        value={point.position}
        decimals={7}
        labels={[t("ground.lonOf", of), t("ground.latOf", of)]}
        read={asPosition}
        onPut={(position) => set(at, { position }, `position ${at}`)}
        onFocus={() => choose(at)}
      />
      <output className={styles.error} aria-label={t("ground.errorOf", of)}>
        {error === null ? "–" : metres(error)}
      </output>
      <Button look="quiet" aria-label={t("ground.remove", of)} onClick={() => remove(at)}>
        <Icon name="trash" small />
      </Button>
    </li>
  );
}
