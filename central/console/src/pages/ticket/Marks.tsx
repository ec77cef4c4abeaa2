import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { HiddenList } from "@/hidden/HiddenList";
import { suppressionsQuery } from "@/hidden/asking";
import { Button } from "@/parts/Button";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import type { Ticket } from "./asking";
import { FalseAlarm } from "./FalseAlarm";
import { Hide } from "./Hide";
import styles from "./Marks.module.css";
import { useMarkWords } from "./useMarkWords";
import { useMarking } from "./useMarking";

/** What people say of it: right, or a false alarm and why; and hiding the same thing for a while. */
export function Marks({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const [asking, ask] = useState<"false" | "hide" | null>(null);
  const mayMark = useMay("ticket.mark");
  const mayHide = useMay("ticket.suppress") && ticket.box !== null;
  const marking = useMarking(ticket.number, () => undefined);
  const own = ticket.marks.find(({ situation }) => situation === null);
  if (!mayMark && !mayHide && !ticket.marks.length) return null;
  return (
    <Panel title={t("marks")}>
      <Said ticket={ticket} />
      {mayMark && (
        <>
          <div className={styles.buttons}>
            <Button
              aria-pressed={own?.mark === "right"}
              busy={marking.isPending}
              onClick={() => marking.mutate({ mark: "right" })}
            >
              {t("mark.right")}
            </Button>
            <Button aria-pressed={own?.mark === "false_alarm"} onClick={() => ask("false")}>
              {t("mark.false_alarm")}
            </Button>
            {own && (
              <Button look="quiet" busy={marking.isPending} onClick={() => marking.mutate({ mark: "none" })}>
                {t("mark.take")}
              </Button>
            )}
          </div>
          <p className={styles.about}>{t("mark.about")}</p>
        </>
      )}
      <Trouble error={marking.error} />
      {mayHide && (
        <Button look="quiet" className={styles.hide} onClick={() => ask("hide")}>
          {t("hideGo")}
        </Button>
      )}
      <HiddenFrom ticket={ticket} />
      {asking === "false" && <FalseAlarm ticket={ticket} onClose={() => ask(null)} />}
      {asking === "hide" && <Hide ticket={ticket} onClose={() => ask(null)} />}
    </Panel>
  );
}

/** What was hidden from this ticket on, and is or is not any more. */
function HiddenFrom({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("hidden");
  const found = useQuery(suppressionsQuery({ ticket: ticket.number }));
  return (
    <>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.data && found.data.length > 0 && <HiddenList list={found.data} label={t("title")} />}
    </>
  );
}

function Said({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const words = useMarkWords();
  if (!ticket.marks.length) return <p className={styles.about}>{t("mark.nobody")}</p>;
  return (
    <ul className={styles.said}>
      {ticket.marks.map((mark) => (
        <li key={mark.number}>
          {t("mark.says", { who: mark.who, what: words(mark) })}{" "}
          <Moment at={mark.at} className={styles.about} />
        </li>
      ))}
    </ul>
  );
}
