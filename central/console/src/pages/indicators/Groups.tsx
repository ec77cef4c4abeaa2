import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Choice } from "@/parts/Field";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Trouble } from "@/parts/Trouble";
import { useWant } from "./Asking";
import { csvUrl, reportQuery } from "./asking";
import { CsvLink } from "./CsvLink";
import { GroupTable } from "./GroupTable";
import styles from "./Indicators.module.css";
import { named } from "./names";
import { BYS, type By } from "./route";
import { State } from "./State";
import { useWhich } from "./useWhich";

const MOST = 200; // rows at once: a city has thousands of cells

/** A line for each department, area, kind, zone or source. */
export function Groups() {
  const { t } = useTranslation("indicators");
  const { which, by } = useWhich();
  const want = useWant();
  const found = useQuery(reportQuery(which, by));
  const [shown, setShown] = useState(MOST);
  useEffect(() => {
    if (found.data) named.learn(found.data.groups);
  }, [found.data]);
  return (
    <div className={styles.part} aria-busy={found.isPlaceholderData}>
      <div className={styles.tools}>
        <Choice
          label={t("by")}
          value={by}
          choices={BYS.map((each) => [each, t(`bys.${each}`)] as const)}
          onChange={(event) => want({ by: event.target.value as By })}
        />
        <CsvLink href={csvUrl(which, by, "indicators")} />
      </div>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data && <State report={found.data} />}
      {found.data?.groups.length === 0 && <Empty title={t("nothing")} />}
      {found.data && found.data.groups.length > 0 && (
        <GroupTable
          report={found.data}
          which={which}
          by={by}
          most={shown}
          onMore={() => setShown(shown + MOST)}
        />
      )}
    </div>
  );
}
