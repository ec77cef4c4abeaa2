import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { AskState } from "@/asks/AskState";
import { useAsking, type Asking } from "@/asks/useAsking";
import { useMay } from "@/api/me";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import { MOST, outcomesQuery, type Period } from "./asking";
import { Candidates } from "./Candidates";
import { Chooser } from "./Chooser";
import { Known } from "./Known";
import { besides } from "./rungs";
import { SPANS, whyRoute, type Search } from "./route";

/** The ladder of gates of everything that a source saw in a time, also of what became nothing. */
export function Why() {
  const { t } = useTranslation("why");
  const period = usePeriod(whyRoute.useSearch());
  return (
    <Page wide>
      <PageHead title={t("title")} about={t("about")} />
      <Chooser />
      {period ? <Answer key={JSON.stringify(period)} period={period} /> : <Empty title={t("start")} />}
    </Page>
  );
}

function usePeriod({ node, source, until, span = "1h" }: Search): Period | null {
  return useMemo(() => {
    if (!node || !source || !until) return null;
    const end = Date.parse(until);
    return {
      node,
      source,
      since: new Date(end - SPANS[span] * 1_000).toISOString(),
      until: new Date(end).toISOString(),
    };
  }, [node, source, until, span]);
}

function Answer({ period }: { period: Period }) {
  const { t } = useTranslation("why");
  const asking = useAsking();
  const may = useMay("zone.tune");
  const known = useQuery(outcomesQuery(period));
  const { start } = asking;
  useEffect(() => {
    if (may) start({ command: "explain", ...period, most: MOST });
  }, [start, period, may]);
  const { candidates, stretches, done } = toldBy(asking);
  return (
    <>
      <AskState asking={asking} onAgain={() => start({ command: "explain", ...period, most: MOST })} />
      <Trouble error={known.error} onAgain={() => void known.refetch()} />
      {done && candidates.length === 0 && <Empty title={t("empty")}>{t("emptyHelp")}</Empty>}
      {candidates.length > 0 && (
        <Candidates
          period={period}
          candidates={candidates}
          stretches={stretches}
          known={known.data?.items ?? []}
        />
      )}
      {known.data && !asking.busy && (
        <Known
          known={besides(candidates, known.data.items)}
          refused={known.data.quarantined.length}
          all={!done}
        />
      )}
    </>
  );
}

function toldBy({ ask }: Asking) {
  const { candidates, stretches } = ask?.result ?? {};
  return { candidates: candidates ?? [], stretches: stretches ?? [], done: ask?.status === "done" };
}
