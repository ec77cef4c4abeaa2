import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCodes } from "@/words/useWords";
import { offered } from "../engine/doing";
import type { Option, Ticket, Waiting } from "../engine/shapes";
import { useShown, useSync } from "../useSync";
import { DeedSheet } from "./DeedSheet";
import styles from "./Ticket.module.css";

const AT_ONCE = ["take", "accept"]; // nothing has to be said to them
const COMMENT: Option = {
  action: "comment",
  allowed: true,
  why_not: null,
  needed: ["reason"],
  besides: ["pictures"],
};

/** What can be done now, within the thumb's reach. */
export function Deeds({ ticket, queue }: { ticket: Ticket; queue: Waiting[] }) {
  const { t } = useTranslation("phone");
  const codes = useCodes("casework");
  const sync = useSync();
  const { me } = useShown();
  const [open, setOpen] = useState<Option | null>(null);
  const [full, setFull] = useState(false);
  const options = offered(ticket, queue);
  const words = me?.actions.includes("ticket.work") ?? false;
  const begin = (option: Option) =>
    AT_ONCE.includes(option.action) && !option.needed.length
      ? void sync.does(ticket, { action: option.action, text: "", photos: [] }).catch(() => setFull(true))
      : setOpen(option);
  return (
    <>
      <div className={styles.deeds}>
        {full && <p role="alert">{t("deed.full")}</p>}
        {ticket.actions === null && <p>{t("ticket.notWhole")}</p>}
        <div>
          {options.map((option, n) => (
            <button
              key={option.action}
              type="button"
              data-main={n === 0 || undefined}
              onClick={() => begin(option)}
            >
              {codes("actions", option.action)}
            </button>
          ))}
          {words && (
            <button type="button" onClick={() => setOpen(COMMENT)}>
              {t("comment")}
            </button>
          )}
        </div>
      </div>
      {open && <DeedSheet ticket={ticket} option={open} onClose={() => setOpen(null)} />}
    </>
  );
}
