import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useFormats } from "@/words/useFormats";
import type { StillShown } from "./bench/useStill";
import styles from "./Workbench.module.css";

const OLD_S = 600;

/** How old the picture is, and ways to a newer one. */
export function StillBar({ still, children }: { still: StillShown; children?: ReactNode }) {
  const { t } = useTranslation("zones");
  const { ask, busy, error } = still.looking;
  const failed = error
    ? (error as Error).message
    : ask && !busy
      ? ask.reasons.map(({ text }) => text).join("; ")
      : "";
  return (
    <div className={styles.still}>
      <Age still={still} />
      <Button onClick={still.look} busy={busy && !still.live}>
        <Icon name="picture" small />
        {t("still.look")}
      </Button>
      <Button aria-pressed={still.live} onClick={() => still.setLive(!still.live)}>
        <Icon name={still.live ? "pause" : "play"} small />
        {t(still.live ? "still.stop" : "still.live")}
      </Button>
      {children}
      {failed && (
        <p className={styles.soft} role="status">
          {failed}
        </p>
      )}
    </div>
  );
}

function Age({ still: { taken, hidden } }: { still: StillShown }) {
  const { t } = useTranslation("zones");
  const { span, when } = useFormats();
  const now = useNow();
  if (!taken) return <p className={styles.soft}>{t("still.none")}</p>;
  const age = Math.max(0, (now - Date.parse(taken)) / 1000);
  return (
    <p className={styles.age} title={when(taken)}>
      <Badge tone={age > OLD_S ? "warn" : "neutral"}>{t("still.age", { span: span(age) })}</Badge>
      <span className={styles.soft}>{hidden ? t("still.hidden", { count: hidden }) : t("still.masked")}</span>
    </p>
  );
}

/** The time, once a second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const each = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(each);
  }, []);
  return now;
}
