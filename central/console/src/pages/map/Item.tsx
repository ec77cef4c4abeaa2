import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { classes } from "@/parts/classes";
import { useFormats } from "@/words/useFormats";
import { useCodes, useNamed } from "@/words/useWords";
import styles from "./List.module.css";
import { usePointed, usePointing } from "./pointing";
import { lookOf, type Look, type Row } from "./rows";

export const TONES: Record<Look, Tone> = {
  late: "bad",
  waiting: "warn",
  working: "info",
  held: "neutral",
  done: "good",
};

interface Props {
  row: Row;
  now: number;
  start: number;
  place: readonly [at: number, of: number];
  current: boolean;
  picked: boolean;
  onPick: (number: number, range: boolean) => void;
  onOpen: (number: number) => void;
}

export const Item = memo(function Item({ row, now, start, place, current, picked, onPick, onOpen }: Props) {
  const { t } = useTranslation("map");
  const of = useCodes("tickets");
  const named = useNamed();
  const pointing = usePointing();
  const pointed = usePointed(({ numbers }) => numbers.has(row.number));
  const look = lookOf(row, now);
  return (
    // What the pointer does here, j and k do too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classes(styles.item, current && styles.current, pointed && styles.pointed, styles[look])}
      style={{ transform: `translateY(${start}px)` }}
      aria-posinset={place[0]}
      aria-setsize={place[1]}
      aria-current={current || undefined}
      data-number={row.name}
      onMouseEnter={() => pointing.at("list", [row.number])}
    >
      <input
        type="checkbox"
        checked={picked}
        aria-label={t("pickThis", { number: row.name })}
        onChange={() => undefined}
        onClick={(event) => onPick(row.number, event.shiftKey)}
      />
      <button type="button" className={styles.open} onClick={() => onOpen(row.number)}>
        <span className={styles.line}>
          <span className={styles.kind}>{named(row.kind)}</span>
          {row.high && <Badge tone="bad">{t("high")}</Badge>}
          <Badge tone={TONES[look]}>{of("states", row.state)}</Badge>
        </span>
        <span className={styles.line}>
          <span className={styles.where}>{row.place ?? row.cell ?? t("noPlace")}</span>
          <span className={styles.number}>{row.name}</span>
        </span>
        <Times row={row} now={now} />
      </button>
    </li>
  );
});

function Times({ row, now }: { row: Row; now: number }) {
  const { t } = useTranslation("map");
  const { span, moment } = useFormats();
  const left = row.due === null ? null : (row.due - now) / 1_000;
  return (
    <span className={styles.line}>
      <time dateTime={new Date(row.opened).toISOString()} title={moment(row.opened)}>
        {t("ago", { span: span((now - row.opened) / 1_000) })}
      </time>
      {row.open && row.due !== null && left !== null && (
        <time
          className={left < 0 ? styles.over : undefined}
          dateTime={new Date(row.due).toISOString()}
          title={moment(row.due)}
        >
          {left < 0 ? t("overBy", { span: span(-left) }) : t("dueIn", { span: span(left) })}
        </time>
      )}
    </span>
  );
}
