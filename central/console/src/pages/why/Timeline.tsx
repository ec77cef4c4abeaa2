import { useTranslation } from "react-i18next";
import { Said } from "@/parts/Said";
import { useFormats } from "@/words/useFormats";
import { useReason } from "@/words/useReason";
import type { Candidate, Period, Stretch } from "./asking";
import { Bars } from "./Bars";
import { placed } from "./rungs";
import styles from "./Timeline.module.css";

interface Props {
  period: Period;
  candidates: readonly Candidate[];
  stretches: readonly Stretch[];
  chosen: Candidate | undefined;
  choose: (one: Candidate) => void;
}

const TICKS = 6;

/** Candidates as bars over the time; times that are different are hatched. The list beside says the same to everybody. */
export function Timeline({ period, candidates, stretches, chosen, choose }: Props) {
  const { t } = useTranslation("why");
  const { when } = useFormats();
  const say = useReason();
  const [from, to] = [Date.parse(period.since), Date.parse(period.until)];
  const at = (since: string, until: string) => {
    const { left, width } = placed(since, until, from, to);
    return { left: `${left * 100}%`, width: `${width * 100}%` };
  };
  return (
    <div className={styles.timeline}>
      <div className={styles.stage} aria-hidden="true">
        {stretches.map((stretch, n) => (
          <span
            key={n}
            className={styles.stretch}
            style={at(stretch.since, stretch.until)}
            title={say(stretch.reason)}
          />
        ))}
        <Bars {...{ candidates, chosen, choose, at }} />
      </div>
      <div className={styles.axis} aria-hidden="true">
        {Array.from({ length: TICKS + 1 }, (_, n) => (
          <span key={n}>
            {when(from + ((to - from) * n) / TICKS)
              .split(", ")
              .at(-1)
              ?.split(" ")
              .at(-1)}
          </span>
        ))}
      </div>
      <p className="unseen">{t("timelineOf", { from: when(from), until: when(to) })}</p>
      <Stretches stretches={stretches} />
    </div>
  );
}

function Stretches({ stretches }: { stretches: readonly Stretch[] }) {
  const { t } = useTranslation("why");
  const { when } = useFormats();
  if (!stretches.length) return null;
  return (
    <details className={styles.stretches}>
      <summary>
        {t("stretches")} ({stretches.length})
      </summary>
      <ul>
        {stretches.map((stretch, n) => (
          <li key={n}>
            {t("from", { from: when(stretch.since), until: when(stretch.until) })}:{" "}
            <Said reason={stretch.reason} />
          </li>
        ))}
      </ul>
    </details>
  );
}
