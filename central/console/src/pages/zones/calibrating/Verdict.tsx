import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Icon } from "@/parts/Icon";
import { useFormats } from "@/words/useFormats";
import type { Doubt, Judged, Refusal } from "../ground/judging";
import styles from "./Calibrating.module.css";

const MIDDLE = [0.5, 0.6] as const; // where streets usually are
const GOOD_M = 1;

/** How well the points fit, or why they make no plan, in plain words. */
export function Verdict({ found: { plan, refusal, doubts, errors } }: { found: Judged }) {
  const { t } = useTranslation("zones");
  const words = useWords();
  const { number } = useFormats();
  const metres = (value: number) => {
    const digits = value < 10 ? 2 : 0;
    return number(value, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  };
  const count = errors.filter((each) => each !== null).length;
  if (refusal)
    return (
      <p className={styles.refusal} role="status" data-verdict="none" data-refusal={refusal.code}>
        {refusal.code !== "none" && refusal.code !== "few" && <Icon name="warning" small />}
        <span>{words.refusal(refusal)}</span>
      </p>
    );
  if (!plan) return null;
  const middle = plan.locate(MIDDLE);
  const exact = doubts.some(({ code }) => code === "exact");
  return (
    <div className={styles.verdict} role="status" data-verdict="plan" data-rms={plan.rms.toFixed(3)}>
      <p className={styles.line}>
        <Badge tone={exact ? "neutral" : plan.rms <= GOOD_M && !doubts.length ? "good" : "warn"}>
          {exact ? t("ground.exact") : t("ground.fits", { metres: metres(plan.rms), count })}
        </Badge>
        {middle && <span>{t("ground.middle", { metres: metres(middle.accuracy) })}</span>}
      </p>
      {doubts.length > 0 && (
        <ul className={styles.doubts}>
          {doubts.map((doubt) => (
            <li key={doubt.code} data-doubt={doubt.code}>
              <Icon name="warning" small />
              <span>{words.doubt(doubt, plan.rms)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useWords() {
  const { t } = useTranslation("zones");
  const { number, list } = useWritten();
  return {
    refusal: (refusal: Refusal): string => {
      if (refusal.code === "few") return t("ground.refusal.few", { count: refusal.missing });
      if ("points" in refusal) return t(`ground.refusal.${refusal.code}`, { points: list(refusal.points) });
      return t(`ground.refusal.${refusal.code}`);
    },
    doubt: (doubt: Doubt, rms: number): string => {
      switch (doubt.code) {
        case "exact":
          return t("ground.doubt.exact");
        case "bad":
          return t("ground.doubt.bad", {
            point: doubt.point + 1,
            off: number(doubt.off),
            rest: number(doubt.rest),
          });
        case "poor":
          return t("ground.doubt.poor", {
            point: doubt.point + 1,
            off: number(doubt.off),
            rms: number(rms),
          });
        case "crowded":
          return t("ground.doubt.crowded", { share: number(doubt.share * 100) });
        case "flat":
          return t("ground.doubt.flat", { points: list(doubt.points) });
      }
    },
  };
}

function useWritten() {
  const { number } = useFormats();
  return {
    number: (value: number) => number(value, { maximumFractionDigits: value < 10 ? 1 : 0 }),
    list: (points: readonly number[]) => points.map((at) => at + 1).join(", "),
  };
}
