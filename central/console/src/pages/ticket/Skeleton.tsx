import { useTranslation } from "react-i18next";
import styles from "./Skeleton.module.css";

/** The shape of the page while it is asked for. */
export function Skeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles.skeleton} role="status">
      <span className="unseen">{t("loading")}</span>
      <div className={styles.line} />
      <div className={styles.columns}>
        <div className={styles.tall} />
        <div className={styles.tall} />
      </div>
    </div>
  );
}
