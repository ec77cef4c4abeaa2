import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
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
  const shown = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed before it goes, so that the focus returns to where it was opened.
  useLayoutEffect(() => {
    const dialog = shown.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={shown}
      className={styles.sheet}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
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
