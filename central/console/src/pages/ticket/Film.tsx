import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { AskState } from "@/asks/AskState";
import { useAsking } from "@/asks/useAsking";
import { Button } from "@/parts/Button";
import { Panel } from "@/parts/Panel";
import { periodOf, phasesOf, spanOf } from "@/replay/film";
import { Replay } from "@/replay/Replay";
import { placeOf } from "@/sources/place";
import type { Ticket } from "./asking";
import styles from "./Film.module.css";
import { shotsOf } from "./sights";

const LOOKS = 1_200;

/** Of what a camera of a node saw, for whoever may ask it. */
export function Film({ ticket }: { ticket: Ticket }) {
  const asks = useMay("zone.tune") && ticket.node.startsWith("gewu://") && ticket.source.kind === "camera";
  return asks ? <Asked ticket={ticket} /> : null;
}

/** What the source saw around it, as boxes, from the node's own journal. */
function Asked({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("replay");
  const asking = useAsking();
  const [asked, setAsked] = useState(false);
  const looks = asking.ask?.result.looks ?? [];
  function start(): void {
    setAsked(true);
    const { since, until } = periodOf(ticket);
    const node = ticket.node.replace("gewu://", "");
    asking.start({ command: "film", node, source: ticket.source.id, since, until, most: LOOKS });
  }
  return (
    <div className={styles.film}>
      <Panel title={t("title")}>
        {!asked && (
          <p className={styles.start}>
            <Button onClick={start}>{t("ask")}</Button> <span>{t("askAbout")}</span> <Other ticket={ticket} />
          </p>
        )}
        <AskState asking={asking} onAgain={start} />
        {asking.ask?.status === "done" && looks.length < 2 && <p>{t("none")}</p>}
        {!asking.busy && looks.length > 1 && (
          <Replay looks={looks} phases={phasesOf(ticket, spanOf(looks))} shots={shotsOf(ticket)} />
        )}
        {asked && <Other ticket={ticket} />}
      </Panel>
    </div>
  );
}

/** The same source at any other time, on its own page. */
function Other({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("replay");
  const place = placeOf(ticket.node, ticket.source.id);
  if (!place) return null;
  const { district, node, source } = place;
  return (
    <Link
      to="/cameras/$district/$node/$source"
      params={{ district, node, source }}
      search={{ part: "replay", until: periodOf(ticket).until, span: "15m", ticket: ticket.number }}
    >
      {t("whole")}
    </Link>
  );
}
