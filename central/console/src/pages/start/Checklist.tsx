import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Icon } from "@/parts/Icon";
import { STEPS, type Step } from "./progress";
import styles from "./Checklist.module.css";

/** Every step, whether it is done, and which one is shown. Each can be gone to at any time. */
export function Checklist({ done, now }: { done: Record<Step, boolean>; now: Step }) {
  const { t } = useTranslation("start");
  return (
    <nav className={styles.list} aria-label={t("steps.title")}>
      <p className={styles.count}>
        {t("steps.count", { done: STEPS.filter((step) => done[step]).length, all: STEPS.length - 1 })}
      </p>
      <ol>
        {STEPS.map((step, at) => (
          <li key={step} data-step={step} data-done={done[step]}>
            <Link
              to="/start"
              search={(search) => ({ ...search, step })}
              aria-current={step === now ? "step" : undefined}
              aria-label={t(done[step] ? "steps.isDone" : "steps.isOpen", {
                at: at + 1,
                step: t(`steps.${step}`),
              })}
              title={t(`steps.${step}`)}
              className={styles.step}
            >
              <span className={styles.sign} aria-hidden="true">
                {done[step] ? <Icon name="check" small /> : at + 1}
              </span>{" "}
              <span className={styles.name}>{t(`steps.${step}`)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
