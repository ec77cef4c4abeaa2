import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { LongList } from "@/parts/LongList";
import { Moment } from "@/parts/Moment";
import { Said } from "@/parts/Said";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import type { Became, Candidate } from "./asking";
import styles from "./Candidates.module.css";
import { becameOf, keyOf, lastGate } from "./rungs";

interface Props {
  candidates: readonly Candidate[];
  known: readonly Became[];
  chosen: Candidate | undefined;
  choose: (one: Candidate) => void;
}

const LINE_PX = 66;

export const TONES = { opened: "good", waiting: "info", stopped: "neutral" } as const;

/** Each candidate in a line: what, when, and the gate that says most. */
export function CandidateList({ candidates, known, chosen, choose }: Props) {
  return (
    <LongList
      items={candidates}
      keyOf={keyOf}
      height={LINE_PX}
      at={chosen ? candidates.indexOf(chosen) : -1}
      onStep={choose}
      className={styles.list}
    >
      {(one, tabIndex) => (
        <button type="button" aria-pressed={one === chosen} tabIndex={tabIndex} onClick={() => choose(one)}>
          <One candidate={one} became={becameOf(one, known)} />
        </button>
      )}
    </LongList>
  );
}

function One({ candidate, became }: { candidate: Candidate; became: Became | null }) {
  const { t } = useTranslation("why");
  const of = useCodes("why");
  const things = useCodes("things");
  const { span } = useFormats();
  const gate = lastGate(candidate);
  const seconds = (Date.parse(candidate.until) - Date.parse(candidate.since)) / 1_000;
  return (
    <>
      <span className={styles.line}>
        <b>{things("labels", candidate.label)}</b> {candidate.zone ?? t("noZone")}
        <Badge tone={TONES[candidate.outcome]}>{t(`outcome.${candidate.outcome}`)}</Badge>
        {became?.ticket && <Badge tone="accent">{became.ticket}</Badge>}
      </span>
      <span className={styles.about}>
        <Moment at={candidate.since} /> · {span(seconds)}
        {gate && (
          <>
            {" · "}
            {of("gate", gate.gate)}: <Said reason={gate.reason} />
          </>
        )}
      </span>
    </>
  );
}
