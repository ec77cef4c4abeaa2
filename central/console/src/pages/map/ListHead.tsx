import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import type { Known } from "./asking";
import { SORTS, type Sort } from "./filters";
import styles from "./ListHead.module.css";
import { hasPlace, type Row } from "./rows";
import type { Picking } from "./usePicking";
import { useSearchTo } from "./useSearchTo";

interface Props {
  known: Known | undefined;
  shown: readonly Row[];
  sort: Sort | undefined;
  picking: Picking;
}

/** How many there are, in which order, and all of them at once. */
export function ListHead({ known, shown, sort = "newest", picking }: Props) {
  const { t } = useTranslation("map");
  const { number } = useFormats();
  const to = useSearchTo();
  const placeless = shown.length - shown.filter(hasPlace).length;
  const more = known && known.total > known.rows.length;
  const { picked } = picking;
  return (
    <div className={styles.head}>
      <input
        type="checkbox"
        aria-label={t("pickAll")}
        checked={picked.size > 0 && picked.size === shown.length}
        ref={(box) => {
          if (box) box.indeterminate = picked.size > 0 && picked.size < shown.length;
        }}
        onChange={(event) => picking.all(event.target.checked)}
      />
      <p className={styles.many} data-many={known ? shown.length : undefined}>
        {known && <strong>{t("many", { count: shown.length, many: number(shown.length) })}</strong>}
        {placeless > 0 && <span>{t("placeless", { count: placeless, many: number(placeless) })}</span>}
        {more && (
          <span>{t("newestOnly", { many: number(known.rows.length), all: number(known.total) })}</span>
        )}
      </p>
      <select
        aria-label={t("sort")}
        value={sort}
        onChange={(event) => to({ sort: event.target.value as Sort })}
      >
        {SORTS.map((each) => (
          <option key={each} value={each}>
            {t(`sorts.${each}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
