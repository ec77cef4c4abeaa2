import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { Loading } from "@/parts/Loading";
import { Moment } from "@/parts/Moment";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Said } from "@/parts/Said";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { plainNode } from "@/sources/place";
import { useCodes } from "@/words/useWords";
import { sweepQuery, type Place } from "./asking";
import { sweepRoute } from "./route";

const TONES: Readonly<Record<string, Tone>> = { occupied: "warn", clear: "good" };

/** What a drone was asked to look at, ticket by ticket. */
export function Sweep() {
  const { t } = useTranslation("flights");
  const { number } = sweepRoute.useParams();
  const found = useQuery(sweepQuery(Number(number)));
  const of = found.data;
  return (
    <Page>
      <PageHead
        title={t("sweepNamed", { number })}
        about={of && [of.reason, `${plainNode(of.node)} / ${of.source}`].filter(Boolean).join(" · ")}
      />
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {of && (
        <Panel title={t("tickets")}>
          <Table label={t("tickets")} heads={[t("ticket"), t("state"), t("outcome"), t("reason"), t("seen")]}>
            {of.tickets.map((each) => (
              <One key={each.ticket} of={each} />
            ))}
          </Table>
        </Panel>
      )}
    </Page>
  );
}

function One({ of }: { of: Place }) {
  const codes = useCodes("flights");
  return (
    <Row>
      <Link to="/tickets/$name" params={{ name: of.ticket }}>
        {of.ticket}
      </Link>
      <Badge>{codes("states", of.state)}</Badge>
      {of.outcome ? (
        <Badge tone={TONES[of.outcome] ?? "neutral"}>{codes("outcomes", of.outcome)}</Badge>
      ) : (
        <span>–</span>
      )}
      <span>{of.reason && <Said reason={of.reason} />}</span>
      <span>{of.seen && <Moment at={of.seen} />}</span>
    </Row>
  );
}
