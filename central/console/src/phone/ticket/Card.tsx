import { useTranslation } from "react-i18next";
import { useCodes, useNamed } from "@/words/useWords";
import { sights } from "../engine/pictures";
import { stateWith } from "../engine/doing";
import type { Near } from "../near/near";
import { Way } from "../near/Way";
import { Shot } from "../Shot";
import { Due } from "../list/Row";
import { useOwnFormats, useQueueOf, useShown } from "../useSync";
import { inPage } from "../where";
import { Held } from "../waiting/Held";
import { Deeds } from "./Deeds";
import { Said } from "./Said";
import styles from "./Ticket.module.css";
import { Trail } from "./Trail";
import { Ways } from "./Ways";
import { useSourceName } from "@/words/useSourceName";

/** A ticket in the street: how it looked, where, until when, why, and what to do. */
export function Card({ near }: { near: Near }) {
  const { t } = useTranslation("phone");
  const sourceName = useSourceName();
  const { ticket } = near;
  const { moment } = useOwnFormats();
  const codes = useCodes("casework");
  const named = useNamed();
  const queue = useQueueOf(ticket.number);
  const { before, after } = sights(ticket);
  return (
    <article className={styles.card} aria-labelledby="ticket-title">
      <a className={styles.back} href="/phone" onClick={inPage}>
        ‹ {t("ticket.back")}
      </a>
      <Shot picture={before} label={t("ticket.before", { when: moment(before?.taken ?? ticket.since) })} />
      <header className={styles.head}>
        <div>
          <h1 id="ticket-title">{named(ticket.kind)}</h1>
          <p>{ticket.place ?? sourceName(ticket.source)}</p>
        </div>
        <Way near={near} />
      </header>
      <p className={styles.facts}>
        <span className={styles.stateNow}>{codes("states", stateWith(ticket, queue))}</span>
        <Due at={ticket.due_at} />
        {ticket.severity === "high" && <span className={styles.high}>{t("ticket.high")}</span>}
        <span>{ticket.number}</span>
      </p>
      {queue.map((each) =>
        each.held ? (
          <Held key={each.order} waiting={each} />
        ) : (
          <Queued key={each.order} action={each.action} />
        ),
      )}
      <Ways ticket={ticket} />
      {after && <Shot picture={after} label={t("ticket.after", { when: moment(after.taken) })} />}
      <section className={styles.why}>
        <h2>{t("ticket.why")}</h2>
        <ul>
          {ticket.reasons.map((reason) => (
            <li key={reason.code}>
              <Said reason={reason} />
            </li>
          ))}
          {!ticket.reasons.length && <li>{t("ticket.people")}</li>}
        </ul>
        <p>{t("ticket.since", { when: moment(ticket.since) })}</p>
      </section>
      <Trail ticket={ticket} />
      <Deeds ticket={ticket} queue={queue} />
    </article>
  );
}

function Queued({ action }: { action: string | null }) {
  const { t } = useTranslation("phone");
  const { offline } = useShown();
  const codes = useCodes("casework");
  const what = action === null ? t("comment") : codes("actions", action);
  return (
    <p className={styles.queued}>{t(offline === null ? "ticket.sending" : "ticket.queued", { what })}</p>
  );
}
