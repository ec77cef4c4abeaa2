import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Labelled } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { useNamed } from "@/words/useWords";
import { markReasonsQuery, type Ticket } from "./asking";
import styles from "./Marks.module.css";
import { useMarking, type FalseReason } from "./useMarking";

/** Why it was a false alarm. */
export function FalseAlarm({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation("ticket");
  const named = useNamed();
  const reasons = useQuery(markReasonsQuery);
  const [reason, setReason] = useState<string | null>(null);
  const [words, setWords] = useState("");
  const marking = useMarking(ticket.number, onClose);
  function go(event: React.FormEvent): void {
    event.preventDefault();
    if (reason) marking.mutate({ mark: "false_alarm", reason: reason as FalseReason, words });
  }
  return (
    <Dialog title={t("mark.falseTitle")} onClose={onClose}>
      <form method="post" className={styles.form} onSubmit={go}>
        <fieldset className={styles.reasons}>
          <legend className="unseen">{t("mark.falseTitle")}</legend>
          {reasons.data?.items.map((each) => (
            <label key={each.reason}>
              <input
                type="radio"
                name="reason"
                required
                value={each.reason}
                checked={reason === each.reason}
                onChange={() => setReason(each.reason)}
              />
              {named(each)}
            </label>
          ))}
        </fieldset>
        <Labelled label={t("optional", { field: t("mark.words") })} hint={t("commentHint")}>
          {(own) => (
            <textarea
              {...own}
              rows={2}
              maxLength={240}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Labelled>
        <Trouble error={reasons.error ?? marking.error} />
        <p className={styles.end}>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="main" busy={marking.isPending}>
            {t("mark.save")}
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
