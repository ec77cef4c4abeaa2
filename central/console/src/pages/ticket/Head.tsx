import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { PageHead } from "@/parts/PageHead";
import { useCodes, useNamed } from "@/words/useWords";
import { Along } from "./Along";
import type { Ticket } from "./asking";
import { Clock } from "./Clock";
import styles from "./Head.module.css";
import { Steps } from "./Steps";
import { useSourceName } from "@/words/useSourceName";

/** Number, kind, place, state and time of a ticket. */
export function Head({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const sourceName = useSourceName();
  const named = useNamed();
  return (
    <>
      <PageHead
        title={`${ticket.number} ${named(ticket.kind)}`}
        about={ticket.place ?? sourceName(ticket.source)}
      >
        <Along number={ticket.number} />
        <Button onClick={() => print()} className={styles.print}>
          <Icon name="print" small /> {t("print")}
        </Button>
      </PageHead>
      <section className={styles.head} aria-label={t("steps")}>
        <div className={styles.row}>
          <Badges ticket={ticket} />
          <Clock ticket={ticket} />
        </div>
        <Steps steps={ticket.steps} />
      </section>
    </>
  );
}

function Badges({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  return (
    <p className={styles.badges}>
      <span data-state={ticket.state}>
        <Badge tone={ticket.open ? "warn" : "good"}>{of("states", ticket.state)}</Badge>
      </span>
      <Badge tone={ticket.scene === "present" ? "info" : "neutral"}>{of("scenes", ticket.scene)}</Badge>
      {ticket.severity === "high" && <Badge tone="bad">{t("high")}</Badge>}
      {ticket.occluded && <Badge>{t("occluded")}</Badge>}
      {ticket.held_from && <Badge>{t("heldFrom", { state: of("states", ticket.held_from) })}</Badge>}
      {ticket.supervised && <Badge tone="bad">{t("supervised")}</Badge>}
      {ticket.urgings > 0 && <Badge tone="warn">{t("urged", { times: ticket.urgings })}</Badge>}
      {ticket.recurs > 1 && <Badge tone="info">{t("recurs", { times: ticket.recurs })}</Badge>}
    </p>
  );
}
