import { useTranslation } from "react-i18next";
import { Choice } from "@/parts/Field";
import { useOwnFormats, useShown, useSync } from "../useSync";
import styles from "./Near.module.css";
import type { Here } from "./useHere";

/** What "near" is measured from: this phone's position where that is allowed, else one's own cell. */
export function Place({ here, cells }: { here: Here; cells: (string | null)[] }) {
  const { t } = useTranslation("phone");
  const { cell } = useShown();
  const { number } = useOwnFormats();
  const sync = useSync();
  if (here.state === "known" && here.accuracy !== null)
    return (
      <p className={styles.place}>
        {t("here.known", { metres: number(Math.max(1, Math.round(here.accuracy))) })}
      </p>
    );
  const codes = [...new Set([...cells, cell || null].filter((each) => each !== null))].sort();
  return (
    <div className={styles.place}>
      {here.state !== "none" && here.state !== "refused" && (
        <button type="button" onClick={here.ask} disabled={here.state === "asking"}>
          {t(here.state === "asking" ? "here.asking" : "here.ask")}
        </button>
      )}
      {here.state === "refused" && <p>{t("here.refused")}</p>}
      {here.state === "none" && <p>{t("here.none")}</p>}
      {codes.length > 0 && (
        <Choice
          label={t("here.cell")}
          value={cell}
          onChange={({ currentTarget }) => void sync.livesIn(currentTarget.value)}
          choices={[["", t("here.noCell")], ...codes.map((code) => [code, code] as const)]}
        />
      )}
      <small>{t("here.never")}</small>
    </div>
  );
}
