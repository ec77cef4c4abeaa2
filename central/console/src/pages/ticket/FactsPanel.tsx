import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Facts } from "@/parts/Facts";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { useDepartment } from "@/words/useDepartment";
import { useFormats } from "@/words/useFormats";
import { useCodes, useNamed } from "@/words/useWords";
import type { Ticket } from "./asking";
import { middleOf } from "./place";
import { isTold, useSourceName } from "@/words/useSourceName";

/** What is known of the thing, of the place, and of who has it. */
export function FactsPanel({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const things = useCodes("things");
  const named = useNamed();
  const sourceName = useSourceName();
  const department = useDepartment();
  const at = (stamp: string | null) => stamp && <Moment at={stamp} />;
  const to = (name: string | null) =>
    name && (
      <Link to="/tickets/$name" params={{ name }}>
        {name}
      </Link>
    );
  return (
    <Panel title={t("facts")}>
      <Facts
        facts={[
          [
            t("fact.code"),
            ticket.kind.code ? `${ticket.kind.code} · ${named(ticket.kind)}` : ticket.kind.word,
          ],
          [t("fact.duration"), <Duration key="for" ticket={ticket} />],
          [t("fact.since"), at(ticket.since)],
          [t("fact.lastSeen"), ticket.cleared_at ? null : at(ticket.last_seen)],
          [t("fact.clearedAt"), at(ticket.cleared_at)],
          [
            t("fact.department"),
            [ticket.department && department(ticket.department), ticket.post].filter(Boolean).join(" · "),
          ],
          [t("fact.level"), of("levels", ticket.level)],
          [t("fact.handledBy"), ticket.handled_by.join(", ")],
          [t("fact.heldUntil"), at(ticket.hold_until)],
          [t("fact.mergedInto"), to(ticket.merged_into)],
          [t("fact.parent"), to(ticket.parent)],
          [t("fact.source"), sourceName(ticket.source)],
          [t("fact.zone"), ticket.zone && (ticket.zone.name ?? ticket.zone.id)],
          [t("fact.node"), isTold(ticket.source) ? null : ticket.node.replace("gewu://", "")],
          [
            t("fact.things"),
            ticket.objects.map(({ label, count }) => `${count} × ${things("labels", label)}`).join(", "),
          ],
          ...usePlace(ticket),
        ]}
      />
    </Panel>
  );
}

function Duration({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { span, number } = useFormats();
  const until = ticket.cleared_at ?? ticket.last_seen;
  const seconds = (Date.parse(until) - Date.parse(ticket.since)) / 1_000;
  const share = number(ticket.coverage, { style: "percent" });
  return (
    <span title={`${t("fact.observed")}: ${t("observedShare", { span: span(ticket.observed_s), share })}`}>
      {span(seconds)}
    </span>
  );
}

/** Where it is, how well that is known, and of a drone's its flight. */
function usePlace(ticket: Ticket): [string, React.ReactNode][] {
  const { t } = useTranslation("ticket");
  const { number } = useFormats();
  const metres = (value: number | null | undefined) =>
    value == null ? null : `${number(value, { maximumSignificantDigits: 3 })} m`;
  const middle = ticket.location && middleOf(ticket.location.geometry);
  const where = middle && `${middle[1].toFixed(6)}, ${middle[0].toFixed(6)}`;
  return [
    [t("fact.cell"), ticket.cell],
    [
      t("fact.where"),
      where && (
        <>
          {where}{" "}
          <Link to="/map" search={{ ticket: ticket.number }}>
            {t("onMap")}
          </Link>
        </>
      ),
    ],
    [t("fact.accuracy"), metres(ticket.location?.accuracy_m)],
    [t("fact.flight"), ticket.flight?.id],
    [t("fact.height"), metres(ticket.flight?.height_above_ground_m)],
  ];
}
