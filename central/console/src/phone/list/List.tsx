import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mine } from "../engine/doing";
import type { Me } from "../engine/shapes";
import { Place } from "../near/Place";
import type { Here } from "../near/useHere";
import type { Near } from "../near/near";
import { useShown } from "../useSync";
import styles from "./List.module.css";
import { Row } from "./Row";

const STEP = 30;

/** The tickets, the nearest first. */
export function List({ all, here, me }: { all: Near[]; here: Here; me: Me }) {
  const { t } = useTranslation("phone");
  const { queue, synced, more } = useShown();
  const [everything, setEverything] = useState(false);
  const [most, setMost] = useState(STEP);
  const own = all.filter(({ ticket }) =>
    mine(
      ticket,
      me,
      queue.filter((each) => each.ticket === ticket.number),
    ),
  );
  const shown = everything ? all : own;
  return (
    <section aria-labelledby="list-title">
      <h1 id="list-title" className="unseen">
        {t("list.title")}
      </h1>
      <div className={styles.tabs} role="group" aria-label={t("list.which")}>
        <button type="button" aria-pressed={!everything} onClick={() => setEverything(false)}>
          {t("list.mine")} <span>{own.length}</span>
        </button>
        <button type="button" aria-pressed={everything} onClick={() => setEverything(true)}>
          {t("list.all")} <span>{all.length}</span>
        </button>
      </div>
      <Place here={here} cells={all.map(({ ticket }) => ticket.cell)} />
      {synced === null && !all.length ? (
        <Skeleton />
      ) : shown.length ? (
        <ul className={styles.list}>
          {shown.slice(0, most).map((near) => (
            <Row key={near.ticket.number} near={near} />
          ))}
        </ul>
      ) : (
        <p className={styles.empty}>{t(everything ? "list.noneAtAll" : "list.none")}</p>
      )}
      {shown.length > most && (
        <button type="button" className={styles.more} onClick={() => setMost(most + STEP)}>
          {t("list.more", { count: shown.length - most })}
        </button>
      )}
      {more && everything && <p className={styles.empty}>{t("list.cut", { count: all.length })}</p>}
    </section>
  );
}

function Skeleton() {
  const { t } = useTranslation("phone");
  return (
    <div className={styles.skeleton} role="status" aria-label={t("list.loading")}>
      {[0, 1, 2].map((n) => (
        <div key={n} />
      ))}
    </div>
  );
}
