import { useTranslation } from "react-i18next";
import { MomentInput } from "@/parts/MomentField";
import styles from "./Trial.module.css";
import type { Period } from "./useTrial";

export type Chosen = { span: "hour" | "day" | "week" } | { span: "own"; since: string; until: string };

const SPANS = { hour: 3_600, day: 86_400, week: 7 * 86_400 } as const;

/** Seconds since 1970; null where what was written is no period. */
export function periodOf(chosen: Chosen, now: () => number): Period | null {
  if (chosen.span !== "own") {
    const until = now() / 1000;
    return { since: until - SPANS[chosen.span], until };
  }
  const [since, until] = [Date.parse(chosen.since) / 1000, Date.parse(chosen.until) / 1000];
  return since < until ? { since, until } : null;
}

const local = (at: number): string => {
  const moment = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return moment.toISOString().slice(0, 16);
};

/** The last hour, day or week, or a time of one's own. */
export function PeriodChoice({ chosen, onChoose }: { chosen: Chosen; onChoose: (chosen: Chosen) => void }) {
  const { t } = useTranslation("zones");
  const own = () => {
    const now = periodOf(chosen, Date.now) ?? { since: Date.now() / 1000 - 3600, until: Date.now() / 1000 };
    onChoose({ span: "own", since: local(now.since * 1000), until: local(now.until * 1000) });
  };
  return (
    <fieldset className={styles.period}>
      <legend className="unseen">{t("trial.period")}</legend>
      {(["hour", "day", "week"] as const).map((span) => (
        <label key={span}>
          <input
            type="radio"
            name="zones-period"
            checked={chosen.span === span}
            onChange={() => onChoose({ span })}
          />
          {t(`trial.spans.${span}`)}
        </label>
      ))}
      <label>
        <input type="radio" name="zones-period" checked={chosen.span === "own"} onChange={own} />
        {t("trial.spans.own")}
      </label>
      {chosen.span === "own" &&
        (["since", "until"] as const).map((key) => (
          <MomentInput
            key={key}
            to="minute"
            className={styles.moment}
            aria-label={t(`trial.${key}`)}
            value={chosen[key]}
            onChange={(value) => onChoose({ ...chosen, [key]: value })}
          />
        ))}
    </fieldset>
  );
}
