import { useTranslation } from "react-i18next";
import { classes } from "@/parts/classes";
import { useFormats } from "@/words/useFormats";
import type { Group } from "./asking";
import { change, changeShown, FIGURE_NAMES, hasTickets, shown, valueOf, type FigureName } from "./figures";
import styles from "./Tiles.module.css";

interface Props {
  total: Group;
  /** Of the period that it stands against. */
  then: Group | null;
  onOpen?: (figure: FigureName) => void;
}

/** The figures of all together, each with how it has changed. */
export function Tiles({ total, then, onOpen }: Props) {
  const { t } = useTranslation("indicators");
  const formats = useFormats();
  return (
    <dl className={styles.tiles}>
      <Tile name={t("tallies.found")} value={formats.number(total.tallies.found ?? 0)}>
        <Counts now={total.tallies.found ?? 0} then={then?.tallies.found ?? null} />
      </Tile>
      {FIGURE_NAMES.map((figure) => {
        const value = valueOf(total, figure);
        const text = shown(figure, value, formats);
        const opens = onOpen && value !== null && hasTickets(figure);
        return (
          <Tile
            key={figure}
            name={t(`figures.${figure}`)}
            value={opens ? <button onClick={() => onOpen(figure)}>{text}</button> : text}
            about={strokes(total, figure, formats.number)}
          >
            <Changed figure={figure} now={value} then={then && valueOf(then, figure)} />
          </Tile>
        );
      })}
    </dl>
  );
}

function strokes(total: Group, figure: FigureName, number: (value: number) => string): string | null {
  const found = total.figures[figure];
  if (!found || found.denominator === 0) return null;
  return `${number(found.numerator)} / ${number(found.denominator)}`;
}

function Tile({
  name,
  value,
  about,
  children,
}: {
  name: string;
  value: React.ReactNode;
  about?: string | null;
  children: React.ReactNode;
}) {
  return (
    <div className={styles.tile}>
      <dt>{name}</dt>
      <dd className={styles.value}>{value}</dd>
      <dd className={styles.about}>
        {children}
        {about && <span className={styles.strokes}>{about}</span>}
      </dd>
    </div>
  );
}

function Changed({ figure, now, then }: { figure: FigureName; now: number | null; then: number | null }) {
  const { t } = useTranslation("indicators");
  const formats = useFormats();
  const found = change(figure, now, then);
  if (!found) return null;
  const text = found.is === "same" ? t("same") : changeShown(figure, found, formats, t("points"));
  return (
    <span className={classes(styles.change, styles[found.is])}>
      {text}
      {(found.is === "better" || found.is === "worse") && (
        <span className={styles.word}>{t(`changes.${found.is}`)}</span>
      )}
    </span>
  );
}

function Counts({ now, then }: { now: number; then: number | null }) {
  const { t } = useTranslation("indicators");
  const { number } = useFormats();
  if (then === null) return null;
  const by = number(now - then, { signDisplay: "exceptZero" });
  return <span className={styles.change}>{now === then ? t("same") : by}</span>;
}
