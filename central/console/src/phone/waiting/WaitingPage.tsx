import { useTranslation } from "react-i18next";
import { useCodes } from "@/words/useWords";
import type { Waiting } from "../engine/shapes";
import { useOwnFormats, useShown } from "../useSync";
import { inPage } from "../where";
import { Held, Own } from "./Held";
import styles from "./Waiting.module.css";

/** What the centre does not have yet, in its order; and what it took last. */
export function WaitingPage() {
  const { t } = useTranslation("phone");
  const { queue, done } = useShown();
  const { when, exact } = useOwnFormats();
  const codes = useCodes("casework");
  return (
    <section aria-labelledby="waiting-title" className={styles.waiting}>
      <h1 id="waiting-title">{t("waiting.title")}</h1>
      {!queue.length && <p className={styles.none}>{t("waiting.none")}</p>}
      {queue.map((each) =>
        each.held ? <Held key={each.order} waiting={each} /> : <Goes key={each.order} waiting={each} />,
      )}
      {done.length > 0 && (
        <>
          <h2>{t("waiting.done")}</h2>
          <ul className={styles.done}>
            {done.map(({ ticket, action, at }) => (
              <li key={`${ticket} ${at}`}>
                <a href={`/phone/${ticket}`} onClick={inPage}>
                  {ticket}
                </a>{" "}
                {action === null ? t("comment") : codes("actions", action)}{" "}
                <time dateTime={new Date(at).toISOString()} title={exact(at)}>
                  {when(at)}
                </time>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Goes({ waiting }: { waiting: Waiting }) {
  const { t } = useTranslation("phone");
  const { when } = useOwnFormats();
  const codes = useCodes("casework");
  return (
    <section className={styles.goes}>
      <h2>
        <a href={`/phone/${waiting.ticket}`} onClick={inPage}>
          {waiting.ticket}
        </a>{" "}
        {waiting.action === null ? t("comment") : codes("actions", waiting.action)}
      </h2>
      <p>{t("waiting.since", { when: when(waiting.made) })}</p>
      <Own waiting={waiting} />
    </section>
  );
}
