import { useQuery } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keepList } from "@/links/listed";
import { mayDraw } from "@/map/support";
import { Loading } from "@/parts/Loading";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import { classes } from "@/parts/classes";
import { settingsQuery } from "@/map/settings";
import { Bar } from "./Bar";
import { Beside, type Told } from "./Beside";
import { drawingQuery } from "./early";
import { passing, sorted, type Search } from "./filters";
import { Layers } from "./Layers";
import { List } from "./List";
import { ListHead } from "./ListHead";
import styles from "./MapPage.module.css";
import { Picked } from "./Picked";
import { mapRoute } from "./route";
import { nameOf, numberOf, type Row } from "./rows";
import { usePicking } from "./usePicking";
import { Views } from "./Views";
import { useSearchTo } from "./useSearchTo";
import { useNow, useTickets } from "./useTickets";

const NONE: readonly Row[] = [];

/** Map and list side by side: one set of tickets, one filter. */
export function MapPage() {
  const { t } = useTranslation("map");
  const search = mapRoute.useSearch();
  const now = useNow();
  const { known, error, again } = useTickets(search.show);
  const rows = known?.rows ?? NONE;
  const shown = useShown(rows, search, now);
  const picking = usePicking(shown);
  const { current, setCurrent, told, opened, open, tell, close } = useOpened(search, rows);
  const { picked } = picking;
  const { ticket: opening } = search;
  useEffect(() => {
    if (opening) keepList(shown.map(({ name }) => name)); // its page leads to the next of what was shown
  }, [opening, shown]);
  return (
    <div className={classes(styles.page, search.side === "list" && styles.list)}>
      <div className={styles.head}>
        <PageHead title={t("title")}>
          <Views search={search} />
          <Layers search={search} shown={shown} />
          <Sides side={search.side} />
        </PageHead>
      </div>
      <Bar search={search} rows={rows} />
      <div className={styles.body}>
        <section className={styles.aside} aria-label={t("tickets")}>
          <Trouble error={error} onAgain={again} />
          <ListHead known={known} shown={shown} sort={search.sort} picking={picking} />
          <List
            rows={shown}
            loading={!known && !error}
            onCurrent={setCurrent}
            onPick={picking.flip}
            onOpen={open}
            {...{ now, current, picked }}
          />
          <Picked picking={picking} rows={rows} />
        </section>
        <section className={styles.map} aria-label={t("map")}>
          <Drawn known={known !== undefined} {...{ search, shown, now, opened, picked }} onTell={tell} />
          <Beside opened={search.ticket ?? null} onClose={close} onOpen={open} {...{ told, rows, now }} />
        </section>
      </div>
    </div>
  );
}

/** What is open beside the map: a ticket, which the address names, or what was pressed on the map. */
function useOpened(search: Search, rows: readonly Row[]) {
  const to = useSearchTo();
  const named = search.ticket ? numberOf(search.ticket) : null;
  const opened = useMemo(() => rows.find(({ number }) => number === named) ?? null, [rows, named]);
  const [current, setCurrent] = useState<number | null>(named);
  const [told, setTold] = useState<Told | null>(null);
  const open = useCallback(
    (number: number) => {
      setCurrent(number);
      setTold(null);
      to({ ticket: nameOf(number) });
    },
    [to],
  );
  const tell = (what: Told) => {
    const [only, ...others] = "rows" in what ? what.rows : [];
    if (only && !others.length) open(only.number);
    else setTold(what);
  };
  const close = () => {
    setTold(null);
    to({ ticket: undefined });
  };
  return { current, setCurrent, told, opened, open, tell, close };
}

/** The rows that pass, in order. What is typed is let in when there is time for it. */
function useShown(rows: readonly Row[], search: Search, now: number): Row[] {
  const asked = useDeferredValue(
    JSON.stringify({ ...search, at: undefined, ticket: undefined, off: undefined }),
  );
  return useMemo(() => {
    const filter = JSON.parse(asked) as Search;
    return sorted(passing(rows, filter, now), filter.sort);
  }, [rows, asked, now]);
}

interface DrawnProps {
  known: boolean;
  search: Search;
  shown: readonly Row[];
  now: number;
  opened: Row | null;
  picked: ReadonlySet<number>;
  onTell: (told: Told) => void;
}

/** The map, or why there is none. */
function Drawn(props: DrawnProps) {
  const { t } = useTranslation("map");
  const settings = useQuery(settingsQuery);
  const [none, setNone] = useState(!mayDraw());
  const drawing = useQuery({ ...drawingQuery, enabled: !none });
  if (none)
    return (
      <div className={styles.none} role="note">
        <p>{t("noMap")}</p>
        <p>{t("noMapHelp")}</p>
      </div>
    );
  for (const { error, refetch } of [settings, drawing])
    if (error) return <Trouble error={error} onAgain={() => void refetch()} />;
  const Canvas = drawing.data;
  if (!settings.data || !Canvas) return <Loading />;
  return <Canvas settings={settings.data} onNone={() => setNone(true)} {...props} />;
}

/** On a phone one of the two is shown. */
function Sides({ side }: { side: "list" | undefined }) {
  const { t } = useTranslation("map");
  const to = useSearchTo();
  return (
    <div className={styles.sides} role="group" aria-label={t("sides")}>
      <button type="button" aria-pressed={side !== "list"} onClick={() => to({ side: undefined })}>
        {t("map")}
      </button>
      <button type="button" aria-pressed={side === "list"} onClick={() => to({ side: "list" })}>
        {t("listSide")}
      </button>
    </div>
  );
}
