import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, given } from "@/api/client";
import { Badge } from "@/parts/Badge";
import { Facts } from "@/parts/Facts";
import { Loading } from "@/parts/Loading";
import { Said } from "@/parts/Said";
import { Trouble } from "@/parts/Trouble";
import { Thumbnail } from "@/pages/tickets/Thumbnail";
import { useDepartment } from "@/words/useDepartment";
import { useFormats } from "@/words/useFormats";
import { useCodes, useNamed } from "@/words/useWords";
import styles from "./Beside.module.css";
import { TONES } from "./Item";
import { lookOf, rowOf, type Row } from "./rows";

const ticketQuery = (name: string) => ({
  queryKey: ["ticket", name],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    given(api.GET("/api/tickets/{name}", { params: { path: { name } }, signal })),
});

/** A ticket in short: what, where, since when, why; all else is on its page. */
export function AboutTicket({ name, row, now }: { name: string; row: Row | undefined; now: number }) {
  const { t } = useTranslation("map");
  const of = useCodes("tickets");
  const named = useNamed();
  const found = useQuery(ticketQuery(name));
  const ticket = found.data;
  const told = row ?? (ticket && rowOf(ticket));
  return (
    <>
      {told && (
        <>
          <p>
            <strong>{named(told.kind)}</strong>
          </p>
          <p className={styles.badges}>
            <Badge tone={TONES[lookOf(told, now)]}>{of("states", told.state)}</Badge>
            {told.high && <Badge tone="bad">{t("high")}</Badge>}
          </p>
          <What row={told} now={now} />
        </>
      )}
      {found.isPending && <Loading />}
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {ticket && (
        <>
          {ticket.evidence.length > 0 && <Thumbnail ticket={ticket} />}
          <ul className={styles.reasons}>
            {ticket.reasons.map((reason, at) => (
              <li key={at}>
                <Said reason={reason} />
              </li>
            ))}
          </ul>
          <p className={styles.actions}>
            <Link className={styles.link} to="/tickets/$name" params={{ name: ticket.number }}>
              {t("toTicket")}
            </Link>
          </p>
        </>
      )}
    </>
  );
}

function What({ row, now }: { row: Row; now: number }) {
  const { t } = useTranslation("map");
  const { moment, span } = useFormats();
  const department = useDepartment();
  const at = row.longitude === null ? null : `${row.longitude.toFixed(5)}, ${row.latitude?.toFixed(5)}`;
  return (
    <Facts
      facts={[
        [t("fact.place"), row.place],
        [t("fact.opened"), `${moment(row.opened)} (${t("ago", { span: span((now - row.opened) / 1_000) })})`],
        [t("fact.due"), row.due === null ? null : moment(row.due)],
        [t("fact.department"), row.department && department(row.department)],
        [t("fact.cell"), row.cell],
        [t("fact.position"), at],
      ]}
    />
  );
}
