import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { MeasureBar } from "@/parts/MeasureBar";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { Said } from "@/parts/Said";
import { Trouble } from "@/parts/Trouble";
import { measureOf } from "@/words/measure";
import { useCodes } from "@/words/useWords";
import { whyQuery, type Ticket } from "./asking";
import { whysOf, type Whys as Steps } from "./causes";
import { WhyLink } from "./WhyLink";
import styles from "./Whys.module.css";

/** Why it was opened, merged, routed, escalated, or held back. */
export function Whys({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const found = useQuery(whyQuery(ticket.number));
  const whys = whysOf(ticket, found.data?.steps ?? []);
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
          {whys.routed.map(({ at, action, reason, turns }, n) => (
            <li key={n}>
              <b>{of("actions", action)}</b>: <Said reason={reason} />{" "}
              <Moment at={at} className={styles.about} />
              <Turns turns={turns} />
            </li>
          ))}
        </Part>
        <Clock ticket={ticket} steps={whys.clock} />
      </dl>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
    </Panel>
  );
}

function Clock({ ticket, steps }: { ticket: Ticket; steps: Steps["clock"] }) {
  const { t } = useTranslation("ticket");
  return (
    <Part name={t("reasons.clock")}>
      {ticket.clock && (
        <li>
          <Said reason={ticket.clock.reason} />
        </li>
      )}
      {steps.map(({ at, reason }, n) => (
        <li key={n}>
          <Said reason={reason} /> <Moment at={at} className={styles.about} />
        </li>
      ))}
    </Part>
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

/** Every turn of the way to a department, to unfold. */
function Turns({ turns }: { turns: readonly Schema<"Reason">[] }) {
  const { t } = useTranslation("ticket");
  if (!turns.length) return null;
  return (
    <details className={styles.turns}>
      <summary>{t("reasons.turns", { count: turns.length })}</summary>
      <ol>
        {turns.map((reason, at) => (
          <li key={at}>
            <Said reason={reason} />
          </li>
        ))}
      </ol>
    </details>
  );
}

/** How much of what was needed. */
function Figures({ reason }: { reason: Schema<"Reason"> }) {
  const measure = measureOf(reason);
  return measure && <MeasureBar measure={measure} />;
}
