import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import { Button } from "@/parts/Button";
import { Said } from "@/parts/Said";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import styles from "./AskState.module.css";
import type { Ask, Asking } from "./useAsking";

type Asked = Pick<Asking, "ask" | "busy" | "error">;

/** How far a node is with what it was asked, or why there is no answer. */
export function AskState({ asking, onAgain }: { asking: Asked; onAgain?: () => void }) {
  const { t } = useTranslation("asks");
  const { ask, busy, error } = asking;
  if (error) return <Trouble error={error} says={away(error) ? t("away") : null} onAgain={onAgain} />;
  if (busy) return <Busy ask={ask} />;
  if (!ask || ask.status === "done") return null;
  return (
    <div className={styles.not} role="alert">
      <p>{t(ask.status === "refused" ? "refused" : ask.status === "failed" ? "failed" : "expired")}</p>
      {ask.reasons.map((reason, at) => (
        <p key={at}>
          <Said reason={reason} />
        </p>
      ))}
      {onAgain && ask.status === "expired" && <Button onClick={onAgain}>{t("again")}</Button>}
    </div>
  );
}

const away = (error: unknown): boolean => error instanceof Problem && error.body.code === "away";

function Busy({ ask }: { ask: Ask | undefined }) {
  const { t } = useTranslation("asks");
  const { number } = useFormats();
  const share = ask?.progress ?? null;
  return (
    <div className={styles.busy} role="status">
      <p>
        {t(ask?.status === "working" ? "working" : "sent")}
        {share !== null && ` ${number(share, { style: "percent" })}`}
      </p>
      <progress aria-label={t("working")} max={1} value={share ?? undefined} />
    </div>
  );
}
