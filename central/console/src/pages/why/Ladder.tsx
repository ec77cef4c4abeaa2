import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import type { Became, Candidate, Period } from "./asking";
import { CentreRung } from "./CentreRung";
import { GateRung } from "./GateRung";
import styles from "./Ladder.module.css";
import { Picture } from "./Picture";
import { useCodes } from "@/words/useWords";

interface Props {
  period: Period;
  candidate: Candidate;
  became: Became | null;
}

/** Every gate on the way of one candidate, the node's and then the centre's; and where it was. */
export function Ladder({ period, candidate, became }: Props) {
  const { t } = useTranslation("why");
  const things = useCodes("things");
  const { label, zone, rule, since, until, situation } = candidate;
  return (
    <div className={styles.ladder}>
      <p>
        <b>{things("labels", label)}</b> · {zone ?? t("noZone")}
        {rule && ` · ${rule}`} · <Moment at={since} /> – <Moment at={until} />
      </p>
      <ol className={styles.gates}>
        {candidate.gates.map((gate, at) => (
          <GateRung key={at} gate={gate} />
        ))}
        {situation != null && <CentreRung became={became} />}
      </ol>
      <Picture period={period} candidate={candidate} ticket={became?.ticket ?? null} />
    </div>
  );
}
