import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Panel } from "@/parts/Panel";
import { WideTable } from "./WideTable";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import { spotsQuery } from "./asking";
import styles from "./Indicators.module.css";
import { useWhich } from "./useWhich";

const SHOWN = 12;

/** Places where the same kind is found again and again, those with the most first. */
export function Spots() {
  const { t } = useTranslation("indicators");
  const { which } = useWhich();
  const named = useNamed();
  const { moment, number } = useFormats();
  const { data } = useQuery(spotsQuery(`${which.days.from}T00:00:00Z`, which.kind));
  if (!data?.items.length) return null;
  const most = [...data.items].sort((one, other) => other.tickets - one.tickets).slice(0, SHOWN);
  return (
    <Panel title={t("spots")}>
      <WideTable
        label={t("spots")}
        heads={[t("filters.kind"), t("spotTickets"), t("spotSince"), t("spotLast"), t("spotPlace")]}
      >
        {most.map((spot) => (
          <tr key={spot.spot} className={styles.figures}>
            <th scope="row">{named(spot.named)}</th>
            <td>{number(spot.tickets)}</td>
            <td>{moment(spot.since)}</td>
            <td>{moment(spot.last)}</td>
            <td>{`${spot.longitude.toFixed(5)}, ${spot.latitude.toFixed(5)}`}</td>
          </tr>
        ))}
      </WideTable>
    </Panel>
  );
}
