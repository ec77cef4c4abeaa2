import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { Table } from "@/parts/Table";
import { useReading } from "@/words/useReading";
import type { Ticket } from "./asking";
import styles from "./Readings.module.css";

/** What a device read when it told of something. */
export function Readings({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const tell = useReading();
  if (!ticket.readings.length) return null;
  const own = ticket.source.name ?? ticket.source.id;
  return (
    <Panel title={t("readings")}>
      <Table label={t("readings")} heads={[t("quantity"), t("value"), t("device"), t("readAt")]}>
        {ticket.readings.map((reading, at) => {
          const { name, value, doubt } = tell(reading);
          return (
            <tr key={at}>
              <td>{name}</td>
              <td className={styles.value}>
                {value}
                {doubt && <small> {doubt}</small>}
              </td>
              <td>{!reading.device || reading.device === ticket.source.id ? own : reading.device}</td>
              <td>
                <Moment at={reading.at} />
              </td>
            </tr>
          );
        })}
      </Table>
    </Panel>
  );
}
