import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { brushed, hoursOf, SLOTS, type Cells, type Rows } from "./hours";
import styles from "./Week.module.css";

interface Props {
  rows: Rows;
  cells: Cells;
  onPaint: (cells: Cells) => void;
}

type At = readonly [row: number, slot: number];
const STEPS: Readonly<Record<string, At>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** Half hours of days, painted with a pointer, or with arrows and Space (Shift and arrows paint on). */
export function Week({ rows, cells, onPaint }: Props) {
  const { t } = useTranslation("zones");
  const [focus, setFocus] = useState<At>([0, 14]);
  const stroke = useRef<{ from: At; on: boolean; cells: Cells } | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const isOn = ([row, slot]: At) => cells[row]?.[slot] ?? false;
  const paint = (at: At) => {
    const now = stroke.current;
    if (now) onPaint(brushed(now.cells, now.from, at, now.on));
  };
  const key = (event: React.KeyboardEvent, at: At) => {
    const step = STEPS[event.key];
    if (event.key === " " || event.key === "Enter") onPaint(brushed(cells, at, at, !isOn(at)));
    else if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    if (!step) return;
    const to: At = [
      Math.min(rows.length - 1, Math.max(0, at[0] + step[0])),
      Math.min(SLOTS - 1, Math.max(0, at[1] + step[1])),
    ];
    if (event.shiftKey) onPaint(brushed(cells, to, to, isOn(at)));
    setFocus(to);
    grid.current?.querySelector<HTMLElement>(`[data-at="${to.join()}"]`)?.focus();
  };
  const cell = (row: number, slot: number) => {
    const at: At = [row, slot];
    const says = `${t(`days.${rows[row] ?? "mon"}`)} ${hoursOf(slot, slot + 1)}`;
    return (
      <td key={slot} className={slot % 2 ? styles.half : undefined}>
        <button
          type="button"
          data-at={at.join()}
          tabIndex={focus[0] === row && focus[1] === slot ? 0 : -1}
          aria-pressed={isOn(at)}
          aria-label={says}
          title={says}
          onPointerDown={(event) => {
            event.currentTarget.releasePointerCapture(event.pointerId);
            stroke.current = { from: at, on: !isOn(at), cells };
            setFocus(at);
            paint(at);
          }}
          onPointerEnter={() => paint(at)}
          onKeyDown={(event) => key(event, at)}
        />
      </td>
    );
  };
  return (
    <div
      className={styles.scroll}
      onPointerUp={() => (stroke.current = null)}
      onPointerLeave={() => (stroke.current = null)}
    >
      <table ref={grid} className={styles.week} aria-label={t("hours.painter")}>
        <thead>
          <tr>
            <td />
            {[0, 6, 12, 18].map((hour) => (
              <th key={hour} scope="colgroup" colSpan={12}>
                {String(hour).padStart(2, "0")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((day, row) => (
            <tr key={day}>
              <th scope="row">{t(`daysShort.${day}`)}</th>
              {Array.from({ length: SLOTS }, (_, slot) => cell(row, slot))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
