import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { useTheBench } from "../bench/useBench";
import styles from "./Saving.module.css";

/** Asks whoever leaves with a draft that is not saved. It is kept either way. */
export function Leaving() {
  const { t } = useTranslation("zones");
  const { changed } = useTheBench();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => changed && current.pathname !== next.pathname,
    enableBeforeUnload: () => changed,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Dialog title={t("leave.title")} onClose={blocker.reset}>
      <div className={styles.form}>
        <p>{t("leave.text")}</p>
        <div className={styles.actions}>
          <Button onClick={blocker.proceed}>{t("leave.go")}</Button>
          <Button look="main" onClick={blocker.reset}>
            {t("leave.stay")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
