import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import styles from "./Bulk.module.css";
import { tallyOf, type Outcome, type State } from "./bulk";

const TONES: Record<State, Tone> = {
  waiting: "neutral",
  doing: "info",
  done: "good",
  refused: "bad",
  open: "warn",
};

interface Props {
  outcomes: readonly Outcome[];
  onAgain: () => void;
  onClose: () => void;
}

/** What became of each, while it is done and after. */
export function Outcomes({ outcomes, onAgain, onClose }: Props) {
  const { t } = useTranslation("bulk");
  const { all, done, refused, open, left } = tallyOf(outcomes);
  return (
    <div className={styles.form}>
      <progress max={all} value={all - left} aria-label={t("progress")} />
      <p role="status" data-left={left}>
        {t("tally", { done, refused, open, left })}
      </p>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} role="region" aria-label={t("outcomes")} tabIndex={0}>
        <ul>
          {outcomes.map(({ number, state, why }) => (
            <li key={number} data-number={number} data-state={state}>
              <Link to="/tickets/$name" params={{ name: number }} target="_blank">
                {number}
              </Link>
              <Badge tone={TONES[state]}>{t(`states.${state}`)}</Badge>
              {why && <span className={styles.why}>{why}</span>}
            </li>
          ))}
        </ul>
      </div>
      <p className={styles.buttons}>
        {open > 0 && left === 0 && <Button onClick={onAgain}>{t("again", { count: open })}</Button>}
        <Button look="main" onClick={onClose}>
          {t(left ? "stop" : "close")}
        </Button>
      </p>
    </div>
  );
}
