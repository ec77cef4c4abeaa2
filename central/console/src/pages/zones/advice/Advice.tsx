import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Trouble } from "@/parts/Trouble";
import { precisionQuery } from "../asking/marks";
import { useTheBench } from "../bench/useBench";
import { Precision } from "./Precision";
import styles from "./Advice.module.css";
import { Suggested } from "./Suggested";
import { useAdvice } from "./useAdvice";

/** How right each zone has been, and changes that would end its false alarms. */
export function Advice() {
  const { t } = useTranslation("zones");
  const { place, draft } = useTheBench();
  const may = useMay("indicator.view");
  const measured = useQuery({ ...precisionQuery({ by: "zone", place }), enabled: may });
  const advice = useAdvice();
  const groups = measured.data?.groups ?? [];
  if (may && measured.isPending) return <Loading />;
  return (
    <div className={styles.advice}>
      <Trouble error={measured.error} onAgain={() => void measured.refetch()} />
      <ul className={styles.zones}>
        {draft.zones.map((zone) => {
          const group = groups.find(({ key }) => key.zone === zone.id);
          return (
            <li key={zone.id} data-zone={zone.id}>
              <Precision name={zone.name ?? zone.id} group={group} />
              <Button
                disabled={!group?.false_alarm || advice.busy}
                busy={advice.busy && advice.list?.zone === zone.id}
                onClick={() => advice.start(zone.id)}
              >
                {t("advice.ask")}
              </Button>
            </li>
          );
        })}
      </ul>
      <Trouble error={advice.error} />
      {advice.busy && <Loading />}
      {!advice.list && !advice.busy && !advice.error && (
        <Empty title={t("advice.none")}>{t("advice.noneHelp")}</Empty>
      )}
      {advice.list && !advice.busy && <Suggested list={advice.list} />}
    </div>
  );
}
