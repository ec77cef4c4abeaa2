import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Top } from "@/small/Top";
import type { Me } from "./engine/shapes";
import { List } from "./list/List";
import { MePage } from "./me/MePage";
import { SignIn } from "./me/SignIn";
import { sorted, type Near } from "./near/near";
import { PlanPage } from "./near/PlanPage";
import { useHere, type Here } from "./near/useHere";
import styles from "./Phone.module.css";
import { StateLine } from "./StateLine";
import { Card } from "./ticket/Card";
import { useShown, useSync } from "./useSync";
import { WaitingPage } from "./waiting/WaitingPage";
import { inPage, usePath, whereOf } from "./where";

/** The whole page: head, state line, what is shown, and the places below, within the thumb's reach. */
export function Phone() {
  const { t } = useTranslation("phone");
  const { started, broken, me, signIn, offline } = useShown();
  return (
    <div className={styles.phone}>
      <Top title={t("title")} />
      {broken && <p className={styles.broken}>{t("broken")}</p>}
      {signIn ? (
        <main>
          <SignIn />
        </main>
      ) : me ? (
        <Inside me={me} />
      ) : (
        <main aria-busy={!started || undefined}>
          <StateLine />
          <p className={styles.first}>{t(offline === null ? "first" : "nobody")}</p>
        </main>
      )}
    </div>
  );
}

function Inside({ me }: { me: Me }) {
  const sync = useSync();
  const here = useHere();
  const { tickets, cell } = useShown();
  const all = useMemo(() => sorted(tickets, here.place, cell), [tickets, here.place, cell]);
  useEffect(() => {
    sync.sortsBy((some) => sorted(some, here.place, cell).map(({ ticket }) => ticket));
  }, [sync, here.place, cell]);
  return (
    <>
      <main>
        <StateLine />
        <Place all={all} here={here} me={me} />
      </main>
      <Places />
    </>
  );
}

function Place({ all, here, me }: { all: Near[]; here: Here; me: Me }) {
  const { t } = useTranslation("phone");
  const where = whereOf(usePath());
  const sync = useSync();
  const opened = where.page === "ticket" ? where.number : null;
  useEffect(() => {
    if (opened !== null) void sync.look(opened);
  }, [sync, opened]);
  const ticket = where.page === "ticket" ? all.find((near) => near.ticket.number === where.number) : null;
  if (where.page === "waiting") return <WaitingPage />;
  if (where.page === "plan") return <PlanPage all={all} here={here} />;
  if (where.page === "me") return <MePage />;
  if (ticket) return <Card key={ticket.ticket.number} near={ticket} />;
  return (
    <>
      {where.page === "ticket" && (
        <p className={styles.first}>{t("ticket.gone", { number: where.number })}</p>
      )}
      <List all={all} here={here} me={me} />
    </>
  );
}

const PLACES = [
  ["list", "/phone", "M4 6h16M4 12h16M4 18h10"],
  ["plan", "/phone/plan", "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm3.5-12.5L13 13l-4.5 2.5L11 11l4.5-2.5Z"],
  ["waiting", "/phone/waiting", "M12 15V4m-4 4 4-4 4 4M4 20h16"],
  ["me", "/phone/me", "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-7 9a7 7 0 0 1 14 0"],
] as const;

function Places() {
  const { t } = useTranslation("phone");
  const { queue } = useShown();
  const shown = whereOf(usePath()).page;
  return (
    <nav className={styles.places} aria-label={t("places.label")}>
      {PLACES.map(([name, path, drawn]) => (
        <a
          key={name}
          href={path}
          onClick={inPage}
          aria-current={shown === name || (name === "list" && shown === "ticket") ? "page" : undefined}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={drawn} />
          </svg>
          {t(`places.${name}`)}
          {name === "waiting" && queue.length > 0 && <b className={styles.count}>{queue.length}</b>}
        </a>
      ))}
    </nav>
  );
}
