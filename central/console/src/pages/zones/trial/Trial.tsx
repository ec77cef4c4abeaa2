import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Icon } from "@/parts/Icon";
import { Trouble } from "@/parts/Trouble";
import type { Asking } from "@/asks/useAsking";
import { Reasons } from "../Reasons";
import { PeriodChoice, periodOf, type Chosen } from "./PeriodChoice";
import { Results } from "./Results";
import styles from "./Trial.module.css";
import { useTrial, type Trying } from "./useTrial";

/** What the draft would have told of the last days, beside what runs now. Nothing is changed by trying. */
export function Trial({ shown }: { shown: boolean }) {
  const { t } = useTranslation("zones");
  const trying = useTrial();
  const { asking } = trying;
  const [chosen, setChosen] = useState<Chosen>({ span: "day" });
  const period = periodOf(chosen, Date.now);
  const run = () => {
    const now = periodOf(chosen, Date.now);
    if (now) trying.run(now);
  };
  useShortcuts([{ keys: "b", says: t("trial.run"), run }]);
  return (
    <div className={styles.trial}>
      <div className={styles.head}>
        <PeriodChoice chosen={chosen} onChoose={setChosen} />
        <Start trying={trying} ready={period !== null} onRun={run} />
      </div>
      <Trouble error={asking.error} onAgain={run} />
      <Ended asking={asking} />
      {trying.trial && <Results trying={trying} active={shown} />}
    </div>
  );
}

function Start({ trying, ready, onRun }: { trying: Trying; ready: boolean; onRun: () => void }) {
  const { t } = useTranslation("zones");
  const { asking, stale } = trying;
  const { ask, busy } = asking;
  return (
    <>
      <Button look={stale || !ask ? "main" : "plain"} busy={busy} disabled={!ready} onClick={onRun}>
        <Icon name="play" small />
        {t(ask ? "trial.again" : "trial.run")} <kbd>b</kbd>
      </Button>
      {stale && !busy && <Badge tone="warn">{t("trial.stale")}</Badge>}
      {busy && <Progress share={ask?.progress ?? null} />}
      {busy && <Button onClick={asking.stop}>{t("trial.stop")}</Button>}
    </>
  );
}

/** Why there is nothing to show: not tried yet, or it went wrong. */
function Ended({ asking: { ask, busy, error } }: { asking: Asking }) {
  const { t } = useTranslation("zones");
  if (busy || error || ask?.status === "done") return null;
  if (!ask) return <Empty title={t("trial.none")}>{t("trial.noneHelp")}</Empty>;
  return (
    <div className={styles.failed} role="alert">
      <strong>{t(`trial.ended.${ask.status as "refused" | "failed" | "expired"}`)}</strong>
      <Reasons reasons={ask.reasons} />
    </div>
  );
}

function Progress({ share }: { share: number | null }) {
  const { t } = useTranslation("zones");
  return (
    <progress
      className={styles.progress}
      aria-label={t("trial.progress")}
      max={1}
      value={share ?? undefined}
    />
  );
}
