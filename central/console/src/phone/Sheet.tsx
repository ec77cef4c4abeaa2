import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useModal } from "@/look/useModal";
import styles from "./Phone.module.css";

/** A native modal dialog that rises from below, for as long as it is rendered. */
export function Sheet({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation("phone");
  const { id, modal } = useModal(onClose);
  return (
    <dialog {...modal} className={styles.sheet}>
      <div className={styles.sheetHead}>
        <h2 id={id}>{title}</h2>
        <button type="button" aria-label={t("close")} onClick={onClose}>
          ✕
        </button>
      </div>
      {children}
    </dialog>
  );
}
