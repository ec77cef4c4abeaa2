import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCodes } from "@/words/useWords";
import type { Option, Ticket } from "../engine/shapes";
import { PhotoPick, usePicked } from "../photos/PhotoPick";
import { Sheet } from "../Sheet";
import { useShown, useSync } from "../useSync";
import styles from "./Ticket.module.css";

const MOST_SIGNS = 240;

/** Words and photos to an action. It is kept on the phone first, and sent from there. */
export function DeedSheet({
  ticket,
  option,
  onClose,
}: {
  ticket: Ticket;
  option: Option;
  onClose: () => void;
}) {
  const { t } = useTranslation("phone");
  const codes = useCodes("casework");
  const { offline } = useShown();
  const sync = useSync();
  const picked = usePicked();
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const action = option.action === "comment" ? null : option.action;
  const takes = [...option.needed, ...option.besides];
  const needed = option.needed.includes("reason");

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (needed && !text.trim()) return setTrouble(t("deed.needed"));
    setBusy(true);
    try {
      await sync.does(ticket, { action, text: text.trim(), photos: picked.photos });
      onClose();
    } catch {
      setTrouble(t("deed.full"));
      setBusy(false);
    }
  }

  return (
    <Sheet title={action === null ? t("comment") : codes("actions", action)} onClose={onClose}>
      <form className={styles.form} method="post" onSubmit={(event) => void save(event)}>
        {takes.includes("pictures") && <PhotoPick picked={picked} />}
        <label>
          <span>{needed ? t("deed.words") : t("deed.wordsIfAny")}</span>
          <textarea
            rows={3}
            maxLength={MOST_SIGNS}
            value={text}
            aria-invalid={trouble !== null || undefined}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <p className={styles.hint}>{t("deed.noPersons")}</p>
        {trouble && <p role="alert">{trouble}</p>}
        <button type="submit" data-main disabled={busy || picked.busy}>
          {t(offline === null ? "deed.send" : "deed.keep")}
        </button>
      </form>
    </Sheet>
  );
}
