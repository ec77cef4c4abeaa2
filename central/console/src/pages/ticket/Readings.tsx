import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { Table } from "@/parts/Table";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import type { Ticket } from "./asking";
import styles from "./Readings.module.css";

type Reading = Ticket["readings"][number];

/** What a device read when it told of something. */
export function Readings({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("readings");
  if (!ticket.readings.length) return null;
  const own = ticket.source.name ?? ticket.source.id;
  return (
    <Panel title={t("readings")}>
      <Table label={t("readings")} heads={[t("quantity"), t("value"), t("device"), t("readAt")]}>
        {ticket.readings.map((reading, at) => (
          <tr key={at}>
            <td>{of("quantities", reading.quantity)}</td>
            <td className={styles.value}>
              <Value reading={reading} />
              {(reading.quality === "uncertain" || reading.quality === "bad") && (
                <small> {of("qualities", reading.quality)}</small>
              )}
            </td>
            <td>{!reading.device || reading.device === ticket.source.id ? own : reading.device}</td>
            <td>
              <Moment at={reading.at} />
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

/** Words for a flag or a state, a number with its unit. */
export function Value({ reading: { quantity, value, unit } }: { reading: Reading }) {
  const { i18n } = useTranslation("readings");
  const of = useCodes("readings");
  const { number } = useFormats();
  if (typeof value === "string") return of("states", value);
  if (typeof value === "number")
    return `${number(value, { maximumFractionDigits: 3 })}${unit ? ` ${unit}` : ""}`;
  const known = i18n.exists(`flags.${quantity}.${value}`, { ns: "readings" });
  return of(known ? `flags.${quantity}` : "plain", String(value));
}
