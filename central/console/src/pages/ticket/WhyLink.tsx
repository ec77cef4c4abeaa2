import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import type { Ticket } from "./asking";

const AFTER_MS = 300_000;

/** To everything that the source saw around the time at which it was opened. */
export function WhyLink({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  if (!useMay("zone.tune") || !ticket.node.startsWith("gewu://")) return null;
  const node = ticket.node.replace("gewu://", "");
  const until = new Date(Date.parse(ticket.opened_at) + AFTER_MS).toISOString();
  return (
    <Link to="/why" search={{ node, source: ticket.source.id, until, situation: ticket.situation }}>
      {t("whyLink")}
    </Link>
  );
}
