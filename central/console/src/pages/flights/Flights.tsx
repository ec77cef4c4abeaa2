import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Moment } from "@/parts/Moment";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { BY_SEARCH, Tabs } from "@/parts/Tabs";
import { Trouble } from "@/parts/Trouble";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import { flightsQuery, sweepsQuery, type FlightBrief, type SweepBrief } from "./asking";
import styles from "./Flights.module.css";
import { flightsRoute } from "./route";

/** What drones flew, and what they were asked to look at. */
export function Flights() {
  const { t } = useTranslation("flights");
  const { part } = flightsRoute.useSearch();
  return (
    <Page>
      <PageHead title={t("title")} about={t("about")} />
      <Tabs label={t("title")}>
        <Link to="/flights" search={{ part: undefined }} activeOptions={BY_SEARCH}>
          {t("flights")}
        </Link>
        <Link to="/flights" search={{ part: "sweeps" }} activeOptions={BY_SEARCH}>
          {t("sweeps")}
        </Link>
      </Tabs>
      {part === "sweeps" ? <Sweeps /> : <Flown />}
    </Page>
  );
}

function Flown() {
  const { t } = useTranslation("flights");
  const found = useInfiniteQuery(flightsQuery);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.isSuccess && !items.length && <Empty title={t("noFlights")}>{t("noFlightsHelp")}</Empty>}
      {items.length > 0 && (
        <Panel title={t("flights")}>
          <Table label={t("flights")} heads={[t("flight"), t("when"), t("area"), t("result")]}>
            {items.map((each) => (
              <OneFlight key={each.id} of={each} />
            ))}
          </Table>
          {found.hasNextPage && (
            <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("more", { ns: "shell" })}
            </Button>
          )}
        </Panel>
      )}
    </>
  );
}

const FIGURES = ["found", "seen_again", "cleared", "not_placed"] as const;
const TONES = { found: "warn", seen_again: "info", cleared: "good", not_placed: "neutral" } as const;

function OneFlight({ of }: { of: FlightBrief }) {
  const { t } = useTranslation("flights");
  const { number, span } = useFormats();
  const seconds = (Date.parse(of.ended) - Date.parse(of.began)) / 1_000;
  const told = FIGURES.filter((each) => of[each] > 0);
  return (
    <Row>
      <div>
        <Link to="/flights/$number" params={{ number: String(of.id) }}>
          {of.flight}
        </Link>
        <small className={styles.soft}>{`${plainNode(of.node)} / ${of.source}`}</small>
      </div>
      <div>
        <Moment at={of.ended} />
        <small className={styles.soft}>{t("lasted", { span: span(seconds) })}</small>
      </div>
      <span>{of.area_m2 === null ? "–" : `${number(of.area_m2, { maximumFractionDigits: 0 })} m²`}</span>
      <span className={styles.figures}>
        {told.map((each) => (
          <Badge key={each} tone={TONES[each]}>
            {t(`counts.${each}`, { many: number(of[each]) })}
          </Badge>
        ))}
        {!told.length && <span className={styles.soft}>{t("nothing")}</span>}
      </span>
    </Row>
  );
}

function Sweeps() {
  const { t } = useTranslation("flights");
  const found = useQuery(sweepsQuery);
  return (
    <>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data?.length === 0 && <Empty title={t("noSweeps")}>{t("noSweepsHelp")}</Empty>}
      {found.data && found.data.length > 0 && (
        <Panel title={t("sweeps")}>
          <Table label={t("sweeps")} heads={[t("sweep"), t("made"), t("until"), t("result")]}>
            {found.data.map((each) => (
              <OneSweep key={each.id} of={each} />
            ))}
          </Table>
        </Panel>
      )}
    </>
  );
}

function OneSweep({ of }: { of: SweepBrief }) {
  const { t } = useTranslation("flights");
  const { number } = useFormats();
  const codes = useCodes("flights");
  const many = (counts: Record<string, number>, group: string) =>
    Object.entries(counts).map(([code, count]) => (
      <Badge key={`${group} ${code}`} tone={group === "outcomes" ? "accent" : "neutral"}>
        {number(count)} {codes(group, code)}
      </Badge>
    ));
  return (
    <Row>
      <div>
        <Link to="/flights/sweeps/$number" params={{ number: String(of.id) }}>
          {t("sweepNamed", { number: of.id })}
        </Link>
        <small className={styles.soft}>{of.reason || `${plainNode(of.node)} / ${of.source}`}</small>
      </div>
      <div>
        <Moment at={of.made} />
        <small className={styles.soft}>{of.made_by}</small>
      </div>
      <Moment at={of.until} />
      <span className={styles.figures}>
        {many(of.states, "states")}
        {many(of.outcomes, "outcomes")}
      </span>
    </Row>
  );
}
