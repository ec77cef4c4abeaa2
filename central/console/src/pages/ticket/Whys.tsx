import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { MeasureBar } from "@/parts/MeasureBar";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { Said } from "@/parts/Said";
import { measureOf } from "@/words/measure";
import { useCodes } from "@/words/useWords";
import { trailQuery, type Ticket } from "./asking";
import { whysOf } from "./causes";
import { WhyLink } from "./WhyLink";
import styles from "./Whys.module.css";

/** Why it was opened, merged, routed, escalated, or held back. */
export function Whys({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const trail = useInfiniteQuery(trailQuery(ticket.number));
  const whys = whysOf(ticket, trail.data?.pages.flatMap(({ items }) => items) ?? []);
  const { zone, rule } = ticket;
  return (
    <Panel title={t("whys")} actions={<WhyLink ticket={ticket} />}>
      <dl className={styles.whys}>
        <Part name={t("reasons.opened")}>
          {whys.opened.map((reason, at) => (
            <li key={at}>
              <Said reason={reason} />
              <Figures reason={reason} />
            </li>
          ))}
          <li className={styles.about}>
            {zone && t("reasons.zone", { zone: zone.name ?? zone.id, version: zone.version.slice(0, 8) })}
            {zone && " · "}
            {t("reasons.rule", { rule: rule.id, version: rule.version.slice(0, 8) })}
          </li>
        </Part>
        <Part name={t("reasons.held")}>
          {ticket.inhibited && (
            <li>
              <Said reason={ticket.inhibited} />
            </li>
          )}
        </Part>
        <Part name={t("reasons.merged")}>
          {whys.merged.map(({ situation, reason }, at) => (
            <li key={at}>
              <Said reason={reason} /> <span className={styles.about}>{situation}</span>
            </li>
          ))}
        </Part>
        <Part name={t("reasons.routed")}>
          {whys.routed.map(({ at, action, reason }, n) => (
            <li key={n}>
              <b>{of("actions", action)}</b>: <Said reason={reason} />{" "}
              <Moment at={at} className={styles.about} />
            </li>
          ))}
        </Part>
        <Part name={t("reasons.clock")}>
          {ticket.clock && (
            <li>
              <Said reason={ticket.clock.reason} />
            </li>
          )}
          {whys.clock.map(({ at, reason }, n) => (
            <li key={n}>
              <Said reason={reason} /> <Moment at={at} className={styles.about} />
            </li>
          ))}
        </Part>
      </dl>
    </Panel>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  const some = Array.isArray(children) ? children.flat().some(Boolean) : Boolean(children);
  if (!some) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <ul>{children}</ul>
      </dd>
    </div>
  );
}

/** How much of what was needed. */
function Figures({ reason }: { reason: Schema<"Reason"> }) {
  const measure = measureOf(reason);
  return measure && <MeasureBar measure={measure} />;
}
