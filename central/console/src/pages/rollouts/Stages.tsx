import { useTranslation } from "react-i18next";
import { Panel } from "@/parts/Panel";
import { useFormats } from "@/words/useFormats";
import type { Rollout } from "./asking";
import { Counts } from "./Counts";
import { soaked, stagesOf, type Stage } from "./going";
import styles from "./Rollouts.module.css";

/** Stage by stage: how far each is, and how long it is still watched. */
export function Stages({ of, now }: { of: Rollout; now: number }) {
  const { t } = useTranslation("rollouts");
  return (
    <Panel title={t("stages")}>
      <ol className={styles.stages}>
        {stagesOf(of).map((stage) => (
          <OneStage key={stage.at} stage={stage} of={of} now={now} />
        ))}
      </ol>
    </Panel>
  );
}

function OneStage({ stage, of, now }: { stage: Stage; of: Rollout; now: number }) {
  const { t } = useTranslation("rollouts");
  const { number, span } = useFormats();
  const watched = stage.now ? soaked(of, now) : null;
  const title = t("stage", { number: stage.at + 1 });
  return (
    <li className={styles.stage} data-now={stage.now || undefined} data-stage={stage.at}>
      <h3>
        {title} · {t("upTo", { count: stage.size, many: number(stage.size), all: number(stage.upTo) })}
      </h3>
      <Counts of={{ nodes: stage.counts }} />
      <progress max={stage.size} value={stage.settled} aria-label={t("settled", { stage: title })} />
      {watched !== null && (
        <p className={styles.soft}>{t("watched", { done: span(watched), all: span(of.soak_s) })}</p>
      )}
    </li>
  );
}
