import { useTranslation } from "react-i18next";
import { useLineState } from "@/live/useLive";
import { useFormats } from "@/words/useFormats";
import styles from "./LineState.module.css";

/** Whether what is shown is live, and since when it is not. */
export function LineState() {
  const { t } = useTranslation();
  const { when } = useFormats();
  const state = useLineState();
  const says = state.on === "lost" ? t("line.lost", { when: when(state.since) }) : t(`line.${state.on}`);
  return (
    <p className={`${styles.line} ${styles[state.on]}`} role="status" data-line={state.on} title={says}>
      <span>{says}</span>
    </p>
  );
}
