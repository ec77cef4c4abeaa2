import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { AskState } from "@/asks/AskState";
import { useAsking } from "@/asks/useAsking";
import { shotsOf } from "@/pages/ticket/sights";
import { fieldOf, instantOf } from "@/pages/why/local";
import { Button } from "@/parts/Button";
import { MomentField } from "@/parts/MomentField";
import { Choice } from "@/parts/Field";
import { Form } from "@/parts/Form";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { phasesOf, spanOf, type Shot } from "@/replay/film";
import { Replay } from "@/replay/Replay";
import { nodeOf, stillUrl, type Place } from "@/sources/place";
import type { SourceFares } from "@/sources/Snapshot";
import { useNamed } from "@/words/useWords";
import { ticketsQuery, type Ticket } from "./asking";
import styles from "./Camera.module.css";
import { cameraRoute, SPANS, type Span } from "./route";

const LOOKS = 2_000;
const NONE: Ticket[] = [];

interface Props {
  place: Place;
  item: SourceFares | null;
}

/** A stretch of time out of the node's journal: boxes of things, over the pictures that were kept. */
export function Past({ place, item }: Props) {
  const { t } = useTranslation("cameras");
  const { until, span = "15m" } = cameraRoute.useSearch();
  return (
    <>
      <Panel title={t("when")}>
        <Chooser key={`${until} ${span}`} until={until} span={span} />
      </Panel>
      {until && <Period key={`${until} ${span}`} place={place} item={item} until={until} span={span} />}
    </>
  );
}

function Chooser({ until, span }: { until: string | undefined; span: Span }) {
  const { t } = useTranslation("cameras");
  const navigate = cameraRoute.useNavigate();
  const [at, setAt] = useState(() => fieldOf(until ? Date.parse(until) : Date.now()));
  const [long, setLong] = useState<Span>(span);
  const go = (to: string) => void navigate({ search: { part: "replay", until: instantOf(to), span: long } });
  return (
    <Form
      className={styles.chooser}
      hint={t("pastAbout")}
      onSubmit={(event) => {
        event.preventDefault();
        go(at);
      }}
    >
      <Choice
        label={t("span")}
        value={long}
        choices={(Object.keys(SPANS) as Span[]).map((each) => [each, t(`spans.${each}`)] as const)}
        onChange={({ target }) => setLong(target.value as Span)}
      />
      <MomentField label={t("until")} to="second" required value={at} onChange={setAt} />
      <Button onClick={() => go(fieldOf(Date.now()))}>{t("untilNow")}</Button>
      <Button type="submit" look="main">
        {t("show")}
      </Button>
    </Form>
  );
}

interface PeriodProps extends Props {
  until: string;
  span: Span;
}

function Period({ place, item, until, span }: PeriodProps) {
  const { t } = useTranslation("cameras");
  const since = new Date(Date.parse(until) - SPANS[span] * 1_000).toISOString();
  const asking = useAsking();
  const tickets = useQuery(ticketsQuery(place, since, until)).data?.items ?? NONE;
  const { start } = asking;
  const ask = () =>
    start({ command: "film", node: nodeOf(place), source: place.source, since, until, most: LOOKS });
  const first = useEffectEvent(ask);
  useEffect(() => first(), []);
  const looks = asking.ask?.status === "done" ? (asking.ask.result.looks ?? []) : [];
  const shots = useShots(place, item, tickets);
  return (
    <>
      <Panel title={t("replay")}>
        <AskState asking={asking} onAgain={ask} />
        {asking.ask?.status === "done" && looks.length < 2 && <p>{t("nothing")}</p>}
        {looks.length > 1 && (
          <Replay
            looks={looks}
            phases={tickets.flatMap((ticket) =>
              phasesOf(ticket, spanOf(looks))
                .filter(({ name }) => name !== "since")
                .map((phase) => ({ ...phase, of: ticket.number })),
            )}
            shots={shots}
          />
        )}
      </Panel>
      <Told tickets={tickets} />
    </>
  );
}

/** Pictures of that time where there are any, else the last one there is: the place looks the same. */
function useShots(place: Place, item: SourceFares | null, tickets: readonly Ticket[]): Shot[] {
  const still = item?.still;
  return useMemo(() => {
    const kept = tickets.flatMap((ticket) => shotsOf(ticket));
    if (kept.length || !still) return kept;
    return [{ at: Date.parse(still.taken), src: stillUrl(place, still.sha256) }];
  }, [place, still, tickets]);
}

/** What was told in that time. */
function Told({ tickets }: { tickets: readonly Ticket[] }) {
  const { t } = useTranslation("cameras");
  const named = useNamed();
  return (
    <Panel title={t("told", { count: tickets.length })}>
      {!tickets.length && <p className={styles.soft}>{t("noTickets")}</p>}
      <ul className={styles.list}>
        {tickets.map((ticket) => (
          <li key={ticket.number}>
            <span>
              <Link to="/tickets/$name" params={{ name: ticket.number }}>
                {ticket.number}
              </Link>{" "}
              {named(ticket.kind)}
            </span>
            <Moment at={ticket.opened_at} className={styles.soft} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
