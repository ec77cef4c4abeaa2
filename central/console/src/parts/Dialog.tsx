import { Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useModal } from "@/look/useModal";
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
  const { id, modal } = useModal(onClose);
  return (
    <dialog {...modal} className={classes(styles.dialog, styles[size])}>
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
