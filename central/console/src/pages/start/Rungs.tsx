import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Trouble } from "@/parts/Trouble";
import { useAsking } from "@/asks/useAsking";
import { useFormats } from "@/words/useFormats";
import type { Candidate } from "../why/asking";
import { GateRung } from "../why/GateRung";
import ladder from "../why/Ladder.module.css";
import { nodeOf, type Place } from "../zones/place";
import { nearest } from "./nearest";
import styles from "./Start.module.css";

const BACK_MS = 10 * 60_000;
const PAUSE_MS = 5_000;
const MOST = 100;

/** The gates of whatever came nearest to a ticket in the last minutes, asked of the node again and again. */
export function Rungs({ place }: { place: Place }) {
  const { t } = useTranslation("start");
  const { candidates, asked, error } = useCandidates(place);
  const one = nearest(candidates);
  return (
    <div className={styles.part}>
      <h3>{t("alarm.ladder")}</h3>
      <Trouble error={error} />
      {one ? (
        <Ladder candidate={one} />
      ) : (
        <p className={styles.wait} role="status">
          {t(asked ? "alarm.nothing" : "alarm.asking")}
        </p>
      )}
    </div>
  );
}

function Ladder({ candidate }: { candidate: Candidate }) {
  const { t } = useTranslation("start");
  const { span } = useFormats();
  const lasted = (Date.parse(candidate.until) - Date.parse(candidate.since)) / 1000;
  return (
    <>
      <p data-outcome={candidate.outcome}>
        {t(candidate.zone ? "alarm.seen" : "alarm.beside", { label: candidate.label, span: span(lasted) })}
      </p>
      <ol className={ladder.gates}>
        {candidate.gates.map((gate, at) => (
          <GateRung key={at} gate={gate} />
        ))}
      </ol>
    </>
  );
}

const NOTHING: readonly Candidate[] = [];

/** Asks again some seconds after each answer; what was told last stays until then. */
function useCandidates(place: Place) {
  const asking = useAsking();
  const [told, setTold] = useState<readonly Candidate[] | null>(null);
  const { ask, busy, error } = asking;
  const again = useEffectEvent(() => {
    const until = new Date();
    const since = new Date(until.getTime() - BACK_MS);
    asking.start({
      command: "explain",
      node: nodeOf(place),
      source: place.source,
      since: since.toISOString(),
      until: until.toISOString(),
      most: MOST,
    });
  });
  const fresh = ask?.status === "done" ? (ask.result.candidates ?? NOTHING) : null;
  if (fresh && fresh !== told) setTold(fresh);
  useEffect(() => {
    if (busy) return undefined;
    const soon = setTimeout(again, ask || error ? PAUSE_MS : 0);
    return () => clearTimeout(soon);
  }, [busy, ask?.id, error]); // eslint-disable-line react-hooks/exhaustive-deps
  return { candidates: told ?? NOTHING, asked: told !== null, error };
}
