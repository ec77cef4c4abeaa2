import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Empty } from "@/parts/Empty";
import { Item } from "./Item";
import styles from "./List.module.css";
import { usePointing } from "./pointing";
import type { Row } from "./rows";

const ROW_PX = 66;

interface Props {
  rows: readonly Row[];
  now: number;
  /** The row that the keyboard is at. */
  current: number | null;
  picked: ReadonlySet<number>;
  loading: boolean;
  onCurrent: (number: number) => void;
  onPick: (number: number, range: boolean) => void;
  onOpen: (number: number) => void;
}

/** Every ticket that passes, drawn only where one looks. */
export function List({ rows, now, current, picked, loading, onCurrent, onPick, onOpen }: Props) {
  const { t } = useTranslation("map");
  const scroll = useRef<HTMLDivElement>(null);
  const pointing = usePointing();
  // eslint-disable-next-line react-hooks/incompatible-library -- its items are read while rendering, never kept
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
    getItemKey: (at) => rows[at]?.number ?? at,
  });
  const at = current === null ? -1 : rows.findIndex(({ number }) => number === current);
  const show = useEffectEvent(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  });
  useEffect(() => show(), [current]);
  const enter = useListKeys({ rows, at, scroll, onCurrent, onPick, onOpen });
  return (
    // A region that scrolls has to be reachable by keyboard, and Enter opens the row that j and k led to.
    /* eslint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */
    <div
      ref={scroll}
      className={styles.scroll}
      role="region"
      aria-label={t("list")}
      tabIndex={0}
      onKeyDown={enter}
      onMouseLeave={() => pointing.at("list", [])}
    >
      {/* eslint-enable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      {loading && <Waiting />}
      {!loading && !rows.length && <Empty title={t("nothing")}>{t("nothingHelp")}</Empty>}
      <ol className={styles.list} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const shown = rows[index];
          return (
            shown && (
              <Item
                key={key}
                row={shown}
                now={now}
                start={start}
                place={[index + 1, rows.length]}
                current={shown.number === current}
                picked={picked.has(shown.number)}
                onPick={onPick}
                onOpen={onOpen}
              />
            )
          );
        })}
      </ol>
    </div>
  );
}

interface Keys extends Pick<Props, "rows" | "onCurrent" | "onPick" | "onOpen"> {
  /** Where the keyboard is among the rows; -1: nowhere. */
  at: number;
  scroll: React.RefObject<HTMLDivElement | null>;
}

/** j, k, x, o; returns what the list itself does with keys. */
function useListKeys({ rows, at, scroll, onCurrent, onPick, onOpen }: Keys) {
  const { t } = useTranslation("map");
  const pointing = usePointing();
  const row = rows[at];
  const step = (by: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (!next) return;
    onCurrent(next.number);
    pointing.at("list", [next.number]);
    scroll.current?.focus({ preventScroll: true }); // so that Enter opens it
  };
  useShortcuts([
    { keys: "j", says: t("next"), run: () => step(1) },
    { keys: "k", says: t("previous"), run: () => step(-1) },
    { keys: "x", says: t("pick"), run: () => row && onPick(row.number, false) },
    { keys: "o", says: t("open"), run: () => row && onOpen(row.number) },
  ]);
  return (event: React.KeyboardEvent) => {
    if (event.key === "Enter" && event.target === scroll.current && row) onOpen(row.number);
  };
}

/** Rows to come. */
function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status">
      <span className="unseen">{t("loading")}</span>
      {Array.from({ length: 8 }, (_, n) => (
        <div key={n} className={styles.bone} aria-hidden="true">
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
