import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { WideTable } from "./WideTable";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import { reportQuery, scoresQuery, type Group } from "./asking";
import { Charts } from "./Charts";
import { shown, sorted, valueOf, type FigureName } from "./figures";
import styles from "./Indicators.module.css";
import { ScoreTable } from "./Scores";
import { Spots } from "./Spots";
import { State } from "./State";
import { Tiles } from "./Tiles";
import { useWhich } from "./useWhich";

const SHOWN = 15;
const TOLD = ["closing_rate", "in_time_rate", "rework_rate", "mean_passed", "false_alarm_rate"] as const;

/** All of a period on a few sheets of A4: for the weekly report, printed or kept as PDF by the browser. */
export function ReportSheet() {
  const { t } = useTranslation("indicators");
  const { which, against } = useWhich();
  const kinds = useQuery(reportQuery(which, "kind"));
  const then = useQuery({ ...reportQuery(against ?? which, "kind"), enabled: against !== null });
  const departments = useQuery(reportQuery(which, "department"));
  const scores = useQuery(scoresQuery(which, "department"));
  if (kinds.isPending) return <Loading />;
  if (!kinds.data) return <Trouble error={kinds.error} onAgain={() => void kinds.refetch()} />;
  return (
    <article className={styles.paper}>
      <div className={styles.tools}>
        <Button look="main" onClick={() => print()}>
          <Icon name="print" small /> {t("print")}
        </Button>
        <span className={styles.state}>{t("printHelp")}</span>
      </div>
      <div>
        <h2>{t(`reportOf.${which.length}`, { name: kinds.data.period.name })}</h2>
        <State report={kinds.data} />
      </div>
      <Tiles total={kinds.data.total} then={against && then.data ? then.data.total : null} />
      <Charts kinds={kinds.data.groups} />
      <Told title={t("bys.department")} groups={departments.data?.groups ?? []} />
      <Told title={t("bys.kind")} groups={kinds.data.groups} />
      {scores.data && scores.data.items.length > 0 && (
        <Panel title={t("sheets.scores")}>
          <ScoreTable found={scores.data} />
        </Panel>
      )}
      <Spots />
    </article>
  );
}

function Told({ title, groups }: { title: string; groups: readonly Group[] }) {
  const { t } = useTranslation("indicators");
  const named = useNamed();
  const formats = useFormats();
  if (!groups.length) return null;
  const figure = (group: Group, name: FigureName) => shown(name, valueOf(group, name), formats);
  return (
    <Panel title={title}>
      <WideTable
        label={title}
        heads={[t("group"), t("tallies.found"), ...TOLD.map((name) => t(`figures.${name}`))]}
      >
        {sorted(groups, "found", -1)
          .slice(0, SHOWN)
          .map((group) => (
            <tr key={group.key} className={styles.figures}>
              <th scope="row" className={styles.name}>
                {named(group)}
              </th>
              <td>{formats.number(group.tallies.found ?? 0)}</td>
              {TOLD.map((name) => (
                <td key={name}>{figure(group, name)}</td>
              ))}
            </tr>
          ))}
      </WideTable>
    </Panel>
  );
}
