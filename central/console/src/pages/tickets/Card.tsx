import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Said } from "@/parts/Said";
import { useFormats } from "@/words/useFormats";
import { useCodes, useNamed } from "@/words/useWords";
import type { Ticket } from "./asking";
import styles from "./Card.module.css";
import { Thumbnail } from "./Thumbnail";
import { isTold, useSourceName } from "@/words/useSourceName";

interface Props {
  ticket: Ticket;
  picked: boolean;
  onPick: (number: string, range: boolean) => void;
}

/** One ticket as a row of the list. */
export function Card({ ticket, picked, onPick }: Props) {
  const { t } = useTranslation(["tickets", "bulk"]);
  const sourceName = useSourceName();
  const of = useCodes("tickets");
  const named = useNamed();
  return (
    <li className={styles.card} data-number={ticket.number}>
      <Thumbnail ticket={ticket} />
      <div className={styles.facts}>
        <p className={styles.badges}>
          <input
            type="checkbox"
            checked={picked}
            aria-label={t("bulk:pick", { number: ticket.number })}
            onChange={() => undefined}
            onClick={(event) => onPick(ticket.number, event.shiftKey)}
          />
          <Badge tone={ticket.open ? "warn" : "good"}>{of("states", ticket.state)}</Badge>
          {ticket.severity === "high" && <Badge tone="bad">{t("high")}</Badge>}
          {ticket.occluded && <Badge>{t("occluded")}</Badge>}
          <Link to="/tickets/$name" params={{ name: ticket.number }}>
            {ticket.number}
          </Link>
        </p>
        <h2>{named(ticket.kind)}</h2>
        <p>{ticket.place ?? sourceName(ticket.source)}</p>
        <ul className={styles.reasons}>
          {ticket.reasons.map((reason, at) => (
            <li key={at}>
              <Said reason={reason} />
            </li>
          ))}
        </ul>
        <Times ticket={ticket} />
      </div>
    </li>
  );
}

function Times({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("tickets");
  const { when } = useFormats();
  const zone = ticket.zone ? ` / ${ticket.zone.name ?? ticket.zone.id}` : "";
  const sourceName = useSourceName();
  const node = ticket.node.split("/").at(-1) ?? "";
  const people = isTold(ticket.source);
  return (
    <dl className={styles.times}>
      <div>
        <dt>{t("since")}</dt>
        <dd>
          <time dateTime={ticket.since}>{when(ticket.since)}</time>
        </dd>
      </div>
      <div>
        <dt>{ticket.cleared_at ? t("clearedAt") : t("lastSeen")}</dt>
        <dd>
          <time dateTime={ticket.cleared_at ?? ticket.last_seen}>
            {when(ticket.cleared_at ?? ticket.last_seen)}
          </time>
        </dd>
      </div>
      <div>
        <dt>{t("source")}</dt>
        <dd>{[`${sourceName(ticket.source)}${zone}`, ...(people ? [] : [node])].join(" · ")}</dd>
      </div>
    </dl>
  );
}
