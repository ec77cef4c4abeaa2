import { useEffect, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { shrunk } from "@/uploads/shrink";
import styles from "./Report.module.css";

/** One photo, made smaller at once; that drops what the camera wrote into it. */
export function PhotoField({
  photo,
  onPhoto,
}: {
  photo: Blob | null;
  onPhoto: (photo: Blob | null) => void;
}) {
  const { t } = useTranslation("report");
  const id = useId();
  const [unread, setUnread] = useState(false);
  const url = useMemo(() => photo && URL.createObjectURL(photo), [photo]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  async function take(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (!file) return;
    const small = await shrunk(file).catch(() => null);
    setUnread(small === null);
    if (small) onPhoto(small);
  }
  return (
    <div className={styles.photo}>
      <input
        id={id}
        type="file"
        accept="image/*"
        onChange={({ currentTarget }) => {
          void take(currentTarget.files);
        }}
      />
      <label htmlFor={id}>{t(photo ? "photoAgain" : "photo")}</label>
      {unread && <p role="alert">{t("photoUnread")}</p>}
      {url && (
        <>
          <img src={url} alt={t("photoShown")} />
          <button type="button" onClick={() => onPhoto(null)}>
            {t("photoAway")}
          </button>
        </>
      )}
      <p className={styles.hint}>{t("photoMasked")}</p>
    </div>
  );
}
