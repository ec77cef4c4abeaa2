import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { classes } from "@/parts/classes";
import { useFormats } from "@/words/useFormats";
import { useReason } from "@/words/useReason";
import { useCodes } from "@/words/useWords";
import type { Ticket } from "./asking";
import styles from "./Clock.module.css";

/** What is left of the time of the stage that runs, in working time where that counts. */
export function Clock({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { span } = useFormats();
  const of = useCodes("casework");
  const say = useReason();
  const clock = ticket.clock;
  if (!clock || !ticket.open || clock.left_s === null || clock.limit_s === null) return null;
  const late = clock.left_s < 0;
  const used = Math.min(1, clock.used_s / clock.limit_s);
  const tone = late ? styles.late : used > 0.75 ? styles.soon : undefined;
  return (
    <div className={classes(styles.clock, tone)} title={say(clock.reason)}>
      <p>
        <span className={styles.stage}>{t("clock.stage", { stage: of("stages", clock.stage) })}</span>{" "}
        <b>
          {late
            ? t("clock.late", { span: span(-clock.left_s) })
            : t("clock.left", { span: span(clock.left_s) })}
        </b>
        {clock.working && <> {t("clock.working")}</>}
      </p>
      <meter min={0} max={1} value={used} aria-label={usedWords()} />
      <p className={styles.about}>
        {usedWords()}
        {ticket.due_at && (
          <>
            {" · "}
            <Due at={ticket.due_at} />
          </>
        )}
        {clock.stands ? ` · ${t("clock.stands")}` : !clock.runs && ` · ${t("clock.off")}`}
      </p>
    </div>
  );

  function usedWords(): string {
    return t("clock.used", { used: span(clock?.used_s ?? 0), limit: span(clock?.limit_s ?? 0) });
  }
}

function Due({ at }: { at: string }) {
  const { t } = useTranslation("ticket");
  const [before, after] = t("clock.due", { when: "\n" }).split("\n");
  return (
    <>
      {before}
      <Moment at={at} />
      {after}
    </>
  );
}
