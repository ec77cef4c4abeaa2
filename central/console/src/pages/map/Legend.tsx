import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { fullest, lateIn } from "./cells";
import { SHADES } from "./draw/load";
import type { Surface } from "./draw/surface";
import styles from "./Legend.module.css";
import { usePointed, usePointing } from "./pointing";
import { LOOKS, type Row } from "./rows";
import { useSearchTo } from "./useSearchTo";

interface Props {
  steps: readonly number[];
  load: ReadonlyMap<string, number>;
  shown: readonly Row[];
  now: number;
  cells: boolean;
  surface: Surface | null;
}
const FULLEST = 8;

/** What colours and shades mean, and the cell that the pointer is over. */
export function Legend(props: Props) {
  const { t } = useTranslation("map");
  return (
    <details className={styles.legend} open={matchMedia("(min-width: 1000px)").matches || undefined}>
      <summary>{t("legend")}</summary>
      <ul className={styles.looks}>
        {LOOKS.map((look) => (
          <li key={look}>
            <span className={`${styles.dot} ${styles[look]}`} aria-hidden="true" />
            {t(`looks.${look}`)}
          </li>
        ))}
      </ul>
      {props.cells && <Load {...props} />}
    </details>
  );
}

function Load({ steps, load, shown, now }: Props) {
  const { t } = useTranslation("map");
  const { number } = useFormats();
  const pointing = usePointing();
  const pointed = usePointed(({ cell }) => cell);
  const to = useSearchTo();
  const shades = steps.map((from, n) => {
    const next = steps[n + 1];
    return next === undefined
      ? `≥ ${number(from)}`
      : next - 1 === from
        ? number(from)
        : `${number(from)}–${number(next - 1)}`;
  });
  return (
    <>
      <h3>{t("load")}</h3>
      <ul className={styles.shades}>
        {shades.map((says, n) => (
          <li key={says}>
            <span className={styles.shade} style={{ opacity: SHADES[n + 1] }} aria-hidden="true" />
            {says}
          </li>
        ))}
      </ul>
      <p className={styles.pointed} aria-live="polite">
        {pointed === null
          ? t("pointAtCell")
          : t("cellIs", {
              cell: pointed,
              many: number(load.get(pointed) ?? 0),
              late: number(lateIn(shown, pointed, now)),
            })}
      </p>
      <details>
        <summary>{t("fullest")}</summary>
        <ol className={styles.fullest}>
          {fullest(load, FULLEST).map(([code, many]) => (
            <li key={code}>
              <button
                type="button"
                onFocus={() => pointing.at("map", [], code)}
                onBlur={() => pointing.at("map", [])}
                onClick={() => to({ cell: code })}
              >
                {code} <strong>{number(many)}</strong>
              </button>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}
