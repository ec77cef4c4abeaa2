import { useTranslation } from "react-i18next";
import type { Picture } from "./engine/shapes";
import styles from "./Phone.module.css";
import { usePictureKept } from "./usePictureKept";

/** A masked picture as the phone keeps it. */
export function Shot({ picture, label }: { picture: Picture | null; label: string }) {
  const { t } = useTranslation("phone");
  const url = usePictureKept(picture?.sha256 ?? null);
  if (url) return <img className={styles.shot} src={url} alt={label} />;
  return (
    <div className={styles.noShot}>
      {picture === null ? t("picture.none") : url === null ? t("picture.coming") : t("picture.notHere")}
    </div>
  );
}
