import { useTranslation } from "react-i18next";
import type { Measure } from "@/words/measure";
import { useFormats } from "@/words/useFormats";
import { classes } from "./classes";
import styles from "./MeasureBar.module.css";

/** How much of what was needed: a bar with a mark at the limit, and both figures. */
export function MeasureBar({ measure }: { measure: Measure }) {
  const { t } = useTranslation("asks");
  const { number } = useFormats();
  const { value, limit, unit } = measure;
  const most = Math.max(value, limit) * 1.1;
  const told = (figure: number) =>
    unit === "percent"
      ? number(figure, { style: "percent" })
      : `${number(figure, { maximumFractionDigits: 1 })}${unit === "s" ? " s" : ""}`;
  return (
    <span className={styles.measure}>
      <span className={styles.bar} aria-hidden="true">
        <span
          className={classes(styles.value, value >= limit && styles.enough)}
          style={{ width: `${(value / most) * 100}%` }}
        />
        <span className={styles.limit} style={{ left: `${(limit / most) * 100}%` }} />
      </span>
      <span className={styles.figures}>{t("of", { value: told(value), limit: told(limit) })}</span>
    </span>
  );
}
