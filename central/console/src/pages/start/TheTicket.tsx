import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { Said } from "@/parts/Said";
import buttons from "@/parts/Button.module.css";
import { classes } from "@/parts/classes";
import { useNamed } from "@/words/useWords";
import type { Ticket } from "./asking";
import styles from "./Start.module.css";

/** The first one: what it says, and the way to its page. */
export function TheTicket({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("start");
  const named = useNamed();
  return (
    <div className={styles.part} data-ticket={ticket.number}>
      <p className={styles.good} role="status">
        {t("alarm.there", { number: ticket.number })}
      </p>
      <p>
        <b>{named(ticket.kind)}</b> · <Moment at={ticket.opened_at} />
      </p>
      <ul>
        {ticket.reasons.map((reason, at) => (
          <li key={at}>
            <Said reason={reason} />
          </li>
        ))}
      </ul>
      <p className={styles.row}>
        <Link
          to="/tickets/$name"
          params={{ name: ticket.number }}
          className={classes(buttons.button, buttons.main)}
        >
          {t("alarm.open")}
        </Link>
      </p>
    </div>
  );
}
