import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { BY_SEARCH, Tabs } from "@/parts/Tabs";
import { Asking } from "./Asking";
import { Groups } from "./Groups";
import styles from "./Indicators.module.css";
import { Narrowing } from "./Narrowing";
import { Overview } from "./Overview";
import { ReportSheet } from "./ReportSheet";
import { indicatorsRoute, SHEETS, type Sheet } from "./route";
import { Scores } from "./Scores";

const SHOWS: Record<Sheet, React.ComponentType> = {
  overview: Overview,
  table: Groups,
  scores: Scores,
  report: ReportSheet,
};

/** What the tickets of a period come to: drawn, as a table, as scores, and as a report for print. */
export function Indicators() {
  const { t } = useTranslation("indicators");
  const { sheet = "overview" } = indicatorsRoute.useSearch();
  const Shown = SHOWS[sheet];
  return (
    <Page>
      <PageHead title={t("title")}>
        <Asking />
      </PageHead>
      <div className={styles.sheets}>
        <Tabs label={t("title")}>
          {SHEETS.map((each) => (
            <Link
              key={each}
              from="/indicators"
              to="."
              search={(before) => ({ ...before, sheet: each === "overview" ? undefined : each })}
              activeOptions={BY_SEARCH}
              aria-current={each === sheet ? "page" : undefined}
            >
              {t(`sheets.${each}`)}
            </Link>
          ))}
        </Tabs>
      </div>
      <Narrowing />
      <Shown />
    </Page>
  );
}
