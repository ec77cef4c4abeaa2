import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useNamed } from "@/words/useWords";
import styles from "./Steps.module.css";

/** The steps of the city's way: done, now, ahead. */
export function Steps({ steps }: { steps: readonly Schema<"StepAnswer">[] }) {
  const { t } = useTranslation("ticket");
  const named = useNamed();
  return (
    <ol className={styles.steps} aria-label={t("steps")}>
      {steps.map((step) => (
        <li
          key={step.key}
          className={step.at ? styles[step.at] : undefined}
          aria-current={step.at === "now" ? "step" : undefined}
        >
          {named(step)}
          {step.at && step.at !== "now" && (
            <span className="unseen"> ({t(`step.${step.at as "past" | "ahead"}`)})</span>
          )}
        </li>
      ))}
    </ol>
  );
}
