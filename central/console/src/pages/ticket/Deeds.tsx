import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Panel } from "@/parts/Panel";
import { Said } from "@/parts/Said";
import { useCodes } from "@/words/useWords";
import type { Option, Ticket } from "./asking";
import { DeedDialog } from "./DeedDialog";
import styles from "./Deeds.module.css";

/** On the way forward; the first of them that is allowed is what one mostly wants. */
const ONWARD = ["accept", "dispatch", "take", "feed_back", "verify", "close", "evaluate", "resume", "reopen"];

/** What whoever looks may do now, and why not the rest. */
export function Deeds({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const [chosen, choose] = useState<Option | null>(null);
  const [done, setDone] = useState<{ action: string; count: number } | null>(null);
  const able = ticket.actions.filter(({ allowed }) => allowed);
  const first = ONWARD.find((action) => able.some((option) => option.action === action));
  function finished(option: Option, count: number): void {
    choose(null);
    setDone({ action: option.action, count });
  }
  return (
    <Panel title={t("deeds")}>
      {able.length === 0 && <p className={styles.hint}>{t("nothingToDo")}</p>}
      <div className={styles.does}>
        {able.map((option) => (
          <Button
            key={option.action}
            look={option.action === first ? "main" : "plain"}
            data-action={option.action}
            onClick={() => choose(option)}
          >
            {of("actions", option.action)}
          </Button>
        ))}
      </div>
      <p role="status" className={styles.done}>
        {done &&
          t(done.count ? "didFolded" : "did", { action: of("actions", done.action), count: done.count })}
      </p>
      <WhyNot ticket={ticket} />
      {chosen && (
        <DeedDialog
          ticket={ticket}
          option={chosen}
          onDone={(count) => finished(chosen, count)}
          onClose={() => choose(null)}
        />
      )}
    </Panel>
  );
}

function WhyNot({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const refused = ticket.actions.filter(({ allowed }) => !allowed);
  if (!refused.length) return null;
  return (
    <details className={styles.whyNot}>
      <summary>{t("whyNot", { count: refused.length })}</summary>
      <dl>
        {refused.map(({ action, why_not }) => (
          <div key={action}>
            <dt>{of("actions", action)}</dt>
            <dd>{why_not && <Said reason={why_not} />}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
