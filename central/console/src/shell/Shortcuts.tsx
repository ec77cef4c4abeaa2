import { use } from "react";
import { useTranslation } from "react-i18next";
import { KeysContext } from "@/keys/useShortcuts";
import { Dialog } from "@/parts/Dialog";
import styles from "./Shortcuts.module.css";

/** Which keys do what on this page. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const keys = use(KeysContext);
  return (
    <Dialog title={t("shortcuts")} onClose={onClose}>
      <dl className={styles.list}>
        {keys.all().map(({ keys: each, says }) => (
          <div key={each}>
            <dt>
              {each.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
