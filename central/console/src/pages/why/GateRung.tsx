import { useTranslation } from "react-i18next";
import { MeasureBar } from "@/parts/MeasureBar";
import { Said } from "@/parts/Said";
import { measureOf } from "@/words/measure";
import { useCodes } from "@/words/useWords";
import type { Gate } from "./asking";
import styles from "./Ladder.module.css";

const SIGNS = { passed: "✓", stopped: "✕", waiting: "…", not_reached: "·" } as const;

/** One gate: whether it was passed, its figure beside the limit, and why. */
export function GateRung({ gate: { gate, state, reason } }: { gate: Gate }) {
  const { t } = useTranslation("why");
  const of = useCodes("why");
  const measure = measureOf(reason);
  return (
    <li className={styles[state]} data-gate={gate} data-state={state}>
      <span className={styles.sign} aria-hidden="true">
        {SIGNS[state]}
      </span>
      <b>
        {of("gate", gate)} <span className="unseen">({t(`state.${state}`)})</span>
      </b>
      <span className={styles.said}>
        {measure && <MeasureBar measure={measure} />} <Said reason={reason} />
      </span>
    </li>
  );
}
