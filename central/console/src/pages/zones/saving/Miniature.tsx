import { useTranslation } from "react-i18next";
import { useKindNames } from "../asking/kinds";
import { written } from "../draft/durations";
import type { Zone } from "../draft/shape";
import styles from "./Saving.module.css";

/** A zone as a small drawing with its rules. */
export function Miniature({ zone }: { zone: Zone }) {
  const { t } = useTranslation("zones");
  const names = useKindNames();
  const points = zone.polygon.map(([x, y]) => `${(x * 160).toFixed(1)},${(y * 90).toFixed(1)}`).join(" ");
  return (
    <span className={styles.mini}>
      <svg viewBox="0 0 160 90" role="img" aria-label={t("merge.outline", { zone: zone.name ?? zone.id })}>
        <polygon points={points} />
      </svg>
      <span>
        {zone.rules.map((rule, at) => (
          <span key={at}>{`${names(rule.incident)} · ${written(rule.dwell)}`}</span>
        ))}
      </span>
    </span>
  );
}
