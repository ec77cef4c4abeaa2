import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "@/parts/Panel";
import buttons from "@/parts/Button.module.css";
import { classes } from "@/parts/classes";
import { STEPS, type Step } from "./progress";
import styles from "./Start.module.css";

interface Props {
  step: Exclude<Step, "next">;
  /** It is done: the way on is what to press. */
  done: boolean;
  children: ReactNode;
}

/** One step: what it is for, what there is to do, and the way on, which is there before it is done too. */
export function StepPanel({ step, done, children }: Props) {
  const { t } = useTranslation("start");
  const following = STEPS[STEPS.indexOf(step) + 1] ?? "next";
  return (
    <Panel title={t(`steps.${step}`)}>
      <p className={styles.for}>{t(`for.${step}`)}</p>
      {children}
      <p className={styles.row}>
        <Link
          to="/start"
          search={(search) => ({ ...search, step: following })}
          className={classes(buttons.button, done ? buttons.main : buttons.quiet)}
        >
          {done ? t("on", { step: t(`steps.${following}`) }) : t("skip")}
        </Link>
      </p>
    </Panel>
  );
}
