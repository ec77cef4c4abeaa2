import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import styles from "./BaseAway.module.css";
import type { BaseState } from "./useBase";

/** Quietly: the map goes on without what should lie under it. Within something that is positioned. */
export function BaseAway({ base: { away, again } }: { base: BaseState }) {
  const { t } = useTranslation("shell");
  if (!away) return null;
  return (
    <p className={styles.away} role="status">
      {t("baseAway")}{" "}
      <Button look="quiet" onClick={again}>
        {t("again")}
      </Button>
    </p>
  );
}
