import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { useNamed } from "@/words/useWords";
import type { Became } from "./asking";
import styles from "./Candidates.module.css";
import { Words } from "./CentreRung";

/** What the centre knows of the source in that time, whatever the node says; all of it where the node says nothing. */
export function Known({ known, refused, all }: { known: readonly Became[]; refused: number; all: boolean }) {
  const { t } = useTranslation("why");
  const named = useNamed();
  if (!known.length && !refused && !all) return null;
  return (
    <Panel title={t("known", { count: known.length })}>
      {!known.length && <p className={styles.about}>{t("knownNone")}</p>}
      <ul className={styles.known}>
        {known.map((became) => (
          <li key={became.situation}>
            <p className={styles.line}>
              <b>{named(became.kind)}</b> {became.zone}
            </p>
            <p className={styles.about}>
              {became.opened_at && <Moment at={became.opened_at} />} <Words became={became} />
            </p>
          </li>
        ))}
      </ul>
      {refused > 0 && <p className={styles.about}>{t("refusedOnes", { count: refused })}</p>}
    </Panel>
  );
}
