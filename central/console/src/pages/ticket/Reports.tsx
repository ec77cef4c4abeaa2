import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { useFormats } from "@/words/useFormats";
import type { Ticket } from "./asking";
import styles from "./Members.module.css";

/** What people reported, in their words, without who it was. */
export function Reports({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { when } = useFormats();
  if (!ticket.reports.length) return null;
  return (
    <Panel title={t("reports", { count: ticket.reports.length })}>
      <ul className={styles.members}>
        {ticket.reports.map((report) => (
          <li key={report.situation}>
            {report.text && <p>{report.text}</p>}
            <p className={styles.about}>
              <Moment at={report.seen} /> · {[report.place, report.channel].filter(Boolean).join(" · ")}
            </p>
            {report.ended && <p className={styles.about}>{t("reportEnded", { when: when(report.ended) })}</p>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
