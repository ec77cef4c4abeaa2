import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { useKindNames } from "../asking/kinds";
import { rows, type Pair } from "./pairing";
import styles from "./Timeline.module.css";
import type { Period } from "./useTrial";

interface Props {
  found: readonly Pair[];
  period: Period;
  selected: string | null;
  onSelect: (key: string) => void;
}

/** A row a day (or some hours); the list below says the same in words. */
export function Timeline({ found, period, selected, onSelect }: Props) {
  const { t } = useTranslation("zones");
  const { when, day } = useFormats();
  const names = useKindNames();
  const days = rows(found, period.since, period.until);
  const long = period.until - period.since > 2 * 86_400;
  return (
    <div className={styles.timeline} role="group" aria-label={t("trial.timeline")}>
      {days.map((row) => (
        <div key={row.since} className={styles.row}>
          <span className={styles.label}>{long ? day(row.since * 1000) : when(row.since * 1000)}</span>
          <span className={styles.track}>
            {row.bars.map(({ pair, from, to }) => (
              <button
                key={pair.key}
                type="button"
                tabIndex={-1}
                className={styles.bar}
                data-sort={pair.sort}
                data-selected={pair.key === selected || undefined}
                title={`${names(pair.one.kind)} · ${when(pair.one.opened)} · ${t(`trial.sorts.${pair.sort}`)}`}
                aria-label={`${names(pair.one.kind)} · ${when(pair.one.opened)} · ${t(`trial.sorts.${pair.sort}`)}`}
                style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
                onClick={() => onSelect(pair.key)}
              />
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}
