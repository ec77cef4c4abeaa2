import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Empty } from "@/parts/Empty";
import { Choice } from "@/parts/Field";
import { Loading } from "@/parts/Loading";
import { WideTable } from "./WideTable";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { useReason } from "@/words/useReason";
import { useCodes, useLanguage, useNamed } from "@/words/useWords";
import { useWant } from "./Asking";
import { csvUrl, scoresQuery, type Evaluation } from "./asking";
import { CsvLink } from "./CsvLink";
import { shown, type FigureName } from "./figures";
import styles from "./Indicators.module.css";
import { JUDGED, type By } from "./route";
import { State } from "./State";
import { useWhich } from "./useWhich";

/** Scores and grades, each with what its points are made of. */
export function Scores() {
  const { t } = useTranslation("indicators");
  const { which, by: wanted } = useWhich();
  const want = useWant();
  const by = JUDGED.find((each) => each === wanted) ?? "department";
  const found = useQuery(scoresQuery(which, by));
  return (
    <div className={styles.part} aria-busy={found.isPlaceholderData}>
      <div className={styles.tools}>
        <Choice
          label={t("by")}
          value={by}
          choices={JUDGED.map((each) => [each, t(`bys.${each}`)] as const)}
          onChange={(event) => want({ by: event.target.value as By })}
        />
        <CsvLink href={csvUrl(which, by, "evaluation")} />
      </div>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data && <State report={found.data} />}
      {found.data?.items.length === 0 && <Empty title={t("nothing")} />}
      {found.data && found.data.items.length > 0 && <ScoreTable found={found.data} />}
    </div>
  );
}

/** Every part of every score, so that nobody has to ask where it comes from. */
export function ScoreTable({ found }: { found: Evaluation }) {
  const { t } = useTranslation("indicators");
  const of = useCodes("indicators");
  const named = useNamed();
  const zh = useLanguage() === "zh";
  const formats = useFormats();
  const say = useReason();
  const figures = found.items[0]?.parts.map(({ figure }) => figure) ?? [];
  const heads = [t("group"), t("score"), t("grade"), ...figures.map((name) => of("figures", name))];
  return (
    <WideTable label={t("sheets.scores")} heads={heads}>
      {found.items.map((item) => (
        <tr key={item.key} className={styles.figures}>
          <th scope="row" className={styles.name}>
            {named(item)}
          </th>
          <td>
            {item.score === null ? t("noScore") : formats.number(item.score, { maximumFractionDigits: 1 })}
          </td>
          <td>{item.grade && <Badge>{(zh ? item.grade_zh : item.grade_en) ?? item.grade}</Badge>}</td>
          {item.parts.map((part) => (
            <td key={part.figure} title={say(part.why)}>
              {part.points === null
                ? "–"
                : t("pointsOf", {
                    points: formats.number(part.points, { maximumFractionDigits: 0 }),
                    value: shown(part.figure as FigureName, part.value, formats),
                  })}
            </td>
          ))}
        </tr>
      ))}
    </WideTable>
  );
}
