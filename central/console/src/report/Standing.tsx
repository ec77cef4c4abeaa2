import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { statusOf } from "@/api/problem";
import { useLanguage, useNamed } from "@/words/useWords";
import { formats } from "@/words/formats";
import { askState } from "./asking";
import styles from "./Report.module.css";
import type { ReportState } from "./shapes";

const AGAIN_MS = 60_000;

/** What became of a report: for whoever has its link. */
export function Standing({ token }: { token: string }) {
  const { t } = useTranslation("report");
  const named = useNamed();
  const language = useLanguage();
  const [state, setState] = useState<ReportState | null>(null);
  const [trouble, setTrouble] = useState<"noReport" | "away" | null>(null);
  useEffect(() => {
    const look = () =>
      askState(token).then(
        (found) => {
          setState(found);
          setTrouble(null);
        },
        (error: unknown) => setTrouble([404, 422].includes(statusOf(error) ?? 0) ? "noReport" : "away"),
      );
    void look();
    const timer = setInterval(() => void look(), AGAIN_MS);
    addEventListener("online", look);
    return () => {
      clearInterval(timer);
      removeEventListener("online", look);
    };
  }, [token]);
  const { moment, exact } = formats(language, undefined, Date.now);
  return (
    <section className={styles.standing} aria-labelledby="standing">
      <h1 id="standing">{state ? state.ticket : t("standing")}</h1>
      {trouble && <p role="alert">{t(trouble)}</p>}
      {!state && !trouble && <p role="status">{t("loading")}</p>}
      {state && (
        <>
          <p className={styles.now} data-open={state.open || undefined}>
            {named(state.words)}
          </p>
          <p>{[named(state.kind), state.place].filter(Boolean).join(" · ")}</p>
          {state.text && <blockquote>{state.text}</blockquote>}
          <dl>
            <dt>{t("seen")}</dt>
            <dd title={exact(state.seen)}>{moment(state.seen)}</dd>
            <dt>{t("updated")}</dt>
            <dd title={exact(state.updated)}>{moment(state.updated)}</dd>
          </dl>
        </>
      )}
      <a className={styles.other} href="/report">
        {t("another")}
      </a>
    </section>
  );
}
