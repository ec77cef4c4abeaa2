import { Suspense, useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { classes } from "./classes";
import styles from "./Dialog.module.css";
import { Icon } from "./Icon";
import { Loading } from "./Loading";

interface Props {
  title: string;
  /** Closed by Escape, by its button, or by what is inside. */
  onClose: () => void;
  children: ReactNode;
  size?: "small" | "large" | "side";
}

/** A native modal dialog that is open for as long as it is rendered. */
export function Dialog({ title, onClose, children, size = "small" }: Props) {
  const { t } = useTranslation();
  const shown = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed before it goes, so that the keyboard returns to where it was opened.
  useLayoutEffect(() => {
    const dialog = shown.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={shown}
      className={classes(styles.dialog, styles[size])}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        <Button look="quiet" aria-label={t("close")} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      {/* What is still to come hides what is inside, never the dialog itself: that would give the focus away. */}
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </dialog>
  );
}
