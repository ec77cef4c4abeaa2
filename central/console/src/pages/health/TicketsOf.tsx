import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, given } from "@/api/client";
import { useMay } from "@/api/me";
import { Ago } from "@/parts/Ago";
import { useNamed } from "@/words/useWords";
import styles from "./Details.module.css";
import type { SourceFares } from "./worst";

const MOST = 5;

const lastTickets = (node: string, source: string) =>
  queryOptions({
    queryKey: ["tickets", "of", node, source],
    queryFn: ({ signal }) =>
      given(api.GET("/api/tickets", { params: { query: { node, source, limit: MOST } }, signal })),
  });

/** The last tickets of a source. */
export function TicketsOf({ of, now }: { of: SourceFares; now: number }) {
  const { t } = useTranslation("health");
  const named = useNamed();
  const found = useQuery({ ...lastTickets(of.node, of.id), enabled: useMay("ticket.view") });
  if (!found.data) return null;
  const { items } = found.data;
  return (
    <section className={styles.part}>
      <h3>{t("lastTickets")}</h3>
      {items.length === 0 && <p className={styles.soft}>{t("noTickets")}</p>}
      <ul className={styles.list}>
        {items.map((ticket) => (
          <li key={ticket.number} className={styles.line}>
            <span>
              <Link to="/tickets/$name" params={{ name: ticket.number }}>
                {ticket.number}
              </Link>{" "}
              {named(ticket.kind)}
            </span>
            <Ago at={ticket.opened_at} now={now} className={styles.soft} />
          </li>
        ))}
      </ul>
    </section>
  );
}
