import { useMemo, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "@/small/Refused";
import { formats as formatsOf } from "@/words/formats";
import { useCodes, useLanguage, useNamed } from "@/words/useWords";
import type { Outbox } from "./outbox";
import styles from "./Report.module.css";
import type { Entry, FormAnswer, Told } from "./shapes";

interface Props {
  outbox: Outbox;
  kinds: FormAnswer["kinds"];
  /** null: nobody knows. */
  signedIn: boolean | null;
}

/** What was told and what became of it, and what still waits on this phone. */
export function Waits({ outbox, kinds, signedIn }: Props) {
  const { t } = useTranslation("report");
  const named = useNamed();
  const { waits, told } = useSyncExternalStore(outbox.listen, outbox.now);
  const kind = ({ report }: Entry) => {
    const found = kinds.find(({ word }) => word === report.kind);
    return found ? named(found) : report.kind;
  };
  return (
    <div aria-live="polite" className={styles.cards}>
      {told.map((each) => (
        <Answered key={each.entry.report.id} told={each} kind={kind(each.entry)} />
      ))}
      {waits.map((entry) => (
        <section key={entry.report.id} className={styles.waits} aria-label={t("waitsLabel")}>
          <p>{t(entry.signedIn && signedIn === false ? "waitsForYou" : "waits")}</p>
          <small>{kind(entry)}</small>
          <div>
            <button type="button" onClick={() => void outbox.sendAll()}>
              {t("tryNow")}
            </button>
            <button type="button" onClick={() => void outbox.forget(entry)}>
              {t("forget")}
            </button>
          </div>
        </section>
      ))}
    </div>
  );
}

function Answered({ told: { entry, answer, why }, kind }: { told: Told; kind: string }) {
  const { t } = useTranslation("report");
  const codes = useCodes("report");
  const language = useLanguage();
  const formats = useMemo(() => formatsOf(language, undefined, Date.now), [language]);
  if (!answer)
    return (
      <section className={styles.refused} aria-label={t("refusedLabel")}>
        <p>
          {t("refused")} {why && <Refused why={why} formats={formats} />}
        </p>
        {entry.report.text && <blockquote>{entry.report.text}</blockquote>}
      </section>
    );
  return (
    <section className={styles.taken} aria-label={t("taken")}>
      <p>{t("taken")}</p>
      <small>
        {t("ticket")} · {kind}
      </small>
      <b>{answer.ticket}</b>
      {answer.left.length > 0 && (
        <small>{t("left", { what: answer.left.map((each) => codes("leftNames", each)).join(", ") })}</small>
      )}
      {entry.photoLost && <small>{t("photoLost")}</small>}
      <a href={answer.url}>{t("follow")}</a>
    </section>
  );
}
