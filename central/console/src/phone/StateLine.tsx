import { useTranslation } from "react-i18next";
import { useNow } from "./useNow";
import { useOwnFormats, useShown, useSync } from "./useSync";
import styles from "./Phone.module.css";

/** How it stands with the centre: a line or none since when, what waits, when it was last agreed. */
export function StateLine() {
  const { t } = useTranslation("phone");
  const { offline, queue, synced, syncing, trouble, signIn } = useShown();
  const { when, span } = useOwnFormats();
  const sync = useSync();
  const now = useNow();
  const held = queue.filter((each) => each.held).length;
  const state = offline !== null ? "offline" : trouble ? "trouble" : held ? "held" : "online";
  if (signIn) return null;
  return (
    <div className={styles.state} data-line={state}>
      <p role="status">
        <b>
          {offline !== null
            ? t("line.offline", { when: when(offline) })
            : t(trouble ? "line.trouble" : "line.online")}
        </b>
        {queue.length > held && <span>{t("line.waiting", { count: queue.length - held })}</span>}
        {held > 0 && <span className={styles.look}>{t("line.held", { count: held })}</span>}
        <span className={styles.soft}>
          {syncing
            ? t("line.syncing")
            : synced === null
              ? t("line.never")
              : now - synced < 60_000
                ? t("line.justNow")
                : t("line.synced", { span: span(Math.floor((now - synced) / 60_000) * 60) })}
        </span>
      </p>
      <button type="button" onClick={() => void sync.sync()} disabled={syncing}>
        {t("line.again")}
      </button>
    </div>
  );
}
