import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { Loading } from "@/parts/Loading";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import { eyesQuery, flightsQuery } from "./asking";
import styles from "./Beside.module.css";
import { AboutCell, AboutEye, AboutFlight } from "./About";
import { nameOf, type Row } from "./rows";
import { AboutTicket } from "./AboutTicket";

/** What a press on the map leads to, other than one ticket. */
export type Told = { rows: readonly Row[] } | { eye: string } | { flight: number } | { cell: string };

interface Props {
  told: Told | null;
  /** A ticket's name. */
  opened: string | null;
  rows: readonly Row[];
  now: number;
  onClose: () => void;
  onOpen: (number: number) => void;
}

/** The panel beside the map: about what was chosen on it or in the list. Nothing while nothing is. */
export function Beside({ told, opened, rows, now, onClose, onOpen }: Props) {
  const { t } = useTranslation("map");
  if (told === null)
    return opened === null ? null : (
      <Frame key={opened} title={opened} onClose={onClose}>
        <AboutTicket name={opened} row={rows.find(({ name }) => name === opened)} now={now} />
      </Frame>
    );
  if ("rows" in told)
    return (
      <Frame title={t("several.here", { count: told.rows.length })} onClose={onClose}>
        <Several rows={told.rows} onOpen={onOpen} />
      </Frame>
    );
  if ("cell" in told)
    return (
      <Frame key={told.cell} title={t("cell", { cell: told.cell })} onClose={onClose}>
        <AboutCell code={told.cell} rows={rows} now={now} />
      </Frame>
    );
  if ("flight" in told) return <BesideFlight number={told.flight} onClose={onClose} />;
  return <BesideEye key={told.eye} id={told.eye} onClose={onClose} />;
}

function BesideFlight({ number, onClose }: { number: number; onClose: () => void }) {
  const { t } = useTranslation("map");
  const flight = useQuery(flightsQuery).data?.find(({ properties }) => properties.flight === number);
  return (
    <Frame title={t("flight")} onClose={onClose}>
      {flight && <AboutFlight flight={flight} />}
    </Frame>
  );
}

function BesideEye({ id, onClose }: { id: string; onClose: () => void }) {
  const eye = useQuery(eyesQuery).data?.items.find(({ node, source }) => `${node} ${source}` === id);
  return (
    <Frame title={eye?.name ?? eye?.source ?? id} onClose={onClose}>
      {eye && <AboutEye eye={eye} />}
    </Frame>
  );
}

/** Takes the focus when it comes, and gives it back when it goes. */
function Frame({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const escape = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") onClose();
  };
  return (
    // Escape closes it, as its button does.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside className={styles.beside} aria-label={title} onKeyDown={escape}>
      <div className={styles.head}>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button look="quiet" aria-label={t("close")} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      {/* Words that come late must not take the focus out of the panel. */}
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </aside>
  );
}

const MOST = 100;

function Several({ rows, onOpen }: { rows: readonly Row[]; onOpen: (number: number) => void }) {
  const named = useNamed();
  const { moment } = useFormats();
  return (
    <ul className={styles.several}>
      {rows.slice(0, MOST).map((row) => (
        <li key={row.number}>
          <button type="button" onClick={() => onOpen(row.number)}>
            <span>{named(row.kind)}</span>
            <span className={styles.soft}>{nameOf(row.number)}</span>
            <span className={styles.soft}>{moment(row.opened)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
