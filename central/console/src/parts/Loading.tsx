import { useTranslation } from "react-i18next";
import styles from "./Loading.module.css";

/** While something is asked for. Its words come late, so that what is quick does not flicker. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <p className={styles.loading} role="status">
      {t("loading")}
    </p>
  );
}
