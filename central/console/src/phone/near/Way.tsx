import { useTranslation } from "react-i18next";
import { useOwnFormats } from "../useSync";
import { pointOf, roundly, type Near } from "./near";
import styles from "./Near.module.css";

/** How far, and which way: an arrow with north above. */
export function Way({ near: { away, towards } }: { near: Near }) {
  const { t } = useTranslation("phone");
  const { number } = useOwnFormats();
  if (away === null || towards === null) return null;
  const rounded = roundly(away);
  const distance =
    rounded < 1_000
      ? t("away.metres", { number: number(rounded) })
      : t("away.kilometres", { number: number(rounded / 1_000, { maximumFractionDigits: 1 }) });
  return (
    <span className={styles.way}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 2 18 21 12 17 6 21Z" transform={`rotate(${Math.round(towards)} 12 12)`} />
      </svg>
      <span>{distance}</span>
      <small>{t(`point.${pointOf(towards)}`)}</small>
    </span>
  );
}
