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

/** What painting comes to, by pointer and by keys. */
function useBrush({ rows, cells, onPaint }: Props) {
  const [focus, setFocus] = useState<At>([0, 14]);
  const stroke = useRef<{ from: At; on: boolean; cells: Cells } | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const isOn = ([row, slot]: At) => cells[row]?.[slot] ?? false;
  const paint = (at: At) => {
    const now = stroke.current;
    if (now) onPaint(brushed(now.cells, now.from, at, now.on));
  };
  const go = (at: At, [down, along]: At): At => [
    Math.min(rows.length - 1, Math.max(0, at[0] + down)),
    Math.min(SLOTS - 1, Math.max(0, at[1] + along)),
  ];
  const key = (event: React.KeyboardEvent, at: At) => {
    const step = STEPS[event.key];
    if (event.key === " " || event.key === "Enter") onPaint(brushed(cells, at, at, !isOn(at)));
    else if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    if (!step) return;
    const to = go(at, step);
    if (event.shiftKey) onPaint(brushed(cells, to, to, isOn(at)));
    setFocus(to);
    grid.current?.querySelector<HTMLElement>(`[data-at="${to.join()}"]`)?.focus();
  };
  const down = (at: At) => {
    stroke.current = { from: at, on: !isOn(at), cells };
    setFocus(at);
    paint(at);
  };
  const up = () => {
    stroke.current = null;
  };
  return { focus, grid, isOn, down, paint, key, up };
}

/** Half hours of days, painted with a pointer, or with arrows and Space (Shift and arrows paint on). */
export function Week({ rows, cells, onPaint }: Props) {
  const { t } = useTranslation("zones");
  const { focus, grid, isOn, down, paint, key, up } = useBrush({ rows, cells, onPaint });
  const cell = (row: number, slot: number) => (
    <HalfHour
      key={slot}
      at={[row, slot]}
      day={rows[row] ?? "mon"}
      on={isOn([row, slot])}
      focused={focus[0] === row && focus[1] === slot}
      onDown={down}
      onEnter={paint}
      onKey={key}
    />
  );
  return (
    <div className={styles.scroll} onPointerUp={up} onPointerLeave={up}>
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

interface Cell {
  at: At;
  day: Rows[number];
  on: boolean;
  focused: boolean;
  onDown: (at: At) => void;
  onEnter: (at: At) => void;
  onKey: (event: React.KeyboardEvent, at: At) => void;
}

function HalfHour({ at, day, on, focused, onDown, onEnter, onKey }: Cell) {
  const { t } = useTranslation("zones");
  const says = `${t(`days.${day}`)} ${hoursOf(at[1], at[1] + 1)}`;
  return (
    <td className={at[1] % 2 ? styles.half : undefined}>
      <button
        type="button"
        data-at={at.join()}
        tabIndex={focused ? 0 : -1}
        aria-pressed={on}
        aria-label={says}
        title={says}
        onPointerDown={(event) => {
          event.currentTarget.releasePointerCapture(event.pointerId);
          onDown(at);
        }}
        onPointerEnter={() => onEnter(at)}
        onKeyDown={(event) => onKey(event, at)}
      />
    </td>
  );
}
