import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Panel } from "@/parts/Panel";
import { MOST, type Became, type Candidate, type Period, type Stretch } from "./asking";
import { CandidateList } from "./CandidateList";
import styles from "./Candidates.module.css";
import { Filters } from "./Filters";
import { Ladder } from "./Ladder";
import { becameOf, keyOf, shown } from "./rungs";
import { whyRoute } from "./route";
import { Timeline } from "./Timeline";
import { usePick } from "./usePick";

interface Props {
  period: Period;
  candidates: readonly Candidate[];
  stretches: readonly Stretch[];
  known: readonly Became[];
}

/** Candidates as bars over the time and as a list; the chosen one with its ladder. */
export function Candidates({ period, candidates, stretches, known }: Props) {
  const { t } = useTranslation("why");
  const { situation, zone, outcome } = whyRoute.useSearch();
  const [pick, setPick] = usePick();
  const list = useMemo(() => shown(candidates, { zone, outcome }), [candidates, zone, outcome]);
  const chosen =
    list.find((one) => keyOf(one) === pick) ?? list.find((one) => situation && one.situation === situation);
  const choose = (one: Candidate) => setPick(keyOf(one));
  function step(by: number): void {
    const at = chosen ? list.indexOf(chosen) + by : 0;
    const next = list[Math.min(list.length - 1, Math.max(0, at))];
    if (next) choose(next);
  }
  useShortcuts([
    { keys: "j", says: t("pick"), run: () => step(1) },
    { keys: "k", says: t("pick"), run: () => step(-1) },
  ]);
  return (
    <>
      <Panel title={t("timeline")} actions={<Filters candidates={candidates} />}>
        <Timeline {...{ period, stretches, chosen, choose }} candidates={list} />
      </Panel>
      <div className={styles.columns}>
        <Panel title={t("candidates", { count: list.length })}>
          <CandidateList candidates={list} known={known} chosen={chosen} choose={choose} />
          {candidates.length >= MOST && <p className={styles.about}>{t("more", { count: MOST })}</p>}
        </Panel>
        <Panel title={t("ladder")}>
          {chosen ? (
            <Ladder key={keyOf(chosen)} period={period} candidate={chosen} became={becameOf(chosen, known)} />
          ) : (
            <p className={styles.about}>{t("pick")}</p>
          )}
        </Panel>
      </div>
    </>
  );
}
