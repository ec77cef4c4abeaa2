import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/Empty";
import { Found } from "./Found";
import type { Sort } from "./pairing";
import { Summary } from "./Summary";
import { Timeline } from "./Timeline";
import styles from "./Trial.module.css";
import type { Trying } from "./useTrial";

const SORTS = ["all", "gone", "new", "both"] as const;

/** Counts, the days, and every situation; one that is selected is drawn over the picture. */
export function Results({ trying, active }: { trying: Trying; active: boolean }) {
  const { t } = useTranslation("zones");
  const { found, period } = trying;
  const [only, setOnly] = useState<(typeof SORTS)[number]>("all");
  const [selected, setSelected] = useState<string | null>(null);
  const shown = useMemo(
    () => (only === "all" ? found : found.filter(({ sort }) => sort === only)),
    [found, only],
  );
  const count = (sort: Sort) => found.filter((each) => each.sort === sort).length;
  return (
    <div className={styles.results} data-stale={trying.stale || undefined}>
      <Summary trying={trying} />
      {!found.length && <Empty title={t("trial.nothing")}>{t("trial.nothingHelp")}</Empty>}
      {found.length > 0 && period && (
        <>
          <Timeline found={shown} period={period} selected={selected} onSelect={setSelected} />
          <fieldset className={styles.period}>
            <legend className="unseen">{t("trial.only")}</legend>
            {SORTS.map((sort) => (
              <label key={sort} data-sort={sort}>
                <input
                  type="radio"
                  name="zones-only"
                  checked={only === sort}
                  onChange={() => setOnly(sort)}
                />
                {t(`trial.sorts.${sort}`)} <b>{sort === "all" ? found.length : count(sort)}</b>
              </label>
            ))}
          </fieldset>
          <Found
            shown={shown}
            trying={trying}
            period={period}
            selected={selected}
            onSelect={setSelected}
            active={active}
          />
        </>
      )}
    </div>
  );
}
