import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { WideTable } from "./WideTable";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import { useWant } from "./Asking";
import type { Group, Report, Which } from "./asking";
import { CountedDialog } from "./Counted";
import { FIGURE_NAMES, hasTickets, shown, sorted, valueOf, type FigureName } from "./figures";
import styles from "./Indicators.module.css";
import type { By, Search } from "./route";

/** Where a name leads: what it narrows to, and what the rest is then grouped by. */
const INTO: Partial<Record<By, [filter: "area" | "department" | "kind" | "origin", by: By]>> = {
  district: ["area", "street"],
  street: ["area", "community"],
  community: ["area", "cell"],
  cell: ["area", "kind"],
  department: ["department", "kind"],
  kind: ["kind", "department"],
  origin: ["origin", "kind"],
};

interface Props {
  report: Report;
  which: Which;
  by: By;
  most: number;
  onMore: () => void;
}

/** Sorted by whatever column is pressed; a figure opens what it counts. */
export function GroupTable({ report, which, by, most, onMore }: Props) {
  const { t } = useTranslation("indicators");
  const named = useNamed();
  const [order, setOrder] = useState<[FigureName | "found", 1 | -1]>(["found", -1]);
  const [open, setOpen] = useState<{ group: Group; figure: FigureName } | null>(null);
  const rows = sorted(report.groups, ...order);
  const press = (name: FigureName | "found") =>
    setOrder(([before, way]) => [name, before === name ? (way === 1 ? -1 : 1) : -1]);
  const head = (name: FigureName | "found", words: string) => (
    <button key={name} className={styles.head} onClick={() => press(name)}>
      {words} {order[0] === name && <span aria-hidden="true">{order[1] < 0 ? "↓" : "↑"}</span>}
    </button>
  );
  const heads = [
    t("group"),
    head("found", t("tallies.found")),
    ...FIGURE_NAMES.map((name) => head(name, t(`figures.${name}`))),
  ];
  const whole: Group = { ...report.total, zh: t("total"), en: t("total") };
  return (
    <>
      <WideTable label={t(`bys.${by}`)} heads={heads}>
        {[whole, ...rows.slice(0, most)].map((group, at) => (
          <Row
            key={at === 0 ? "total" : `of ${group.key}`}
            group={group}
            into={at === 0 ? undefined : INTO[by]}
            onOpen={at === 0 ? undefined : (figure) => setOpen({ group, figure })}
          />
        ))}
      </WideTable>
      {rows.length > most && <Button onClick={onMore}>{t("more", { ns: "shell" })}</Button>}
      {open && (
        <CountedDialog
          title={`${t(`figures.${open.figure}`)} · ${named(open.group)}`}
          which={which}
          listed={{ figure: open.figure, by, key: open.group.key }}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

interface RowProps {
  group: Group;
  into: [filter: keyof Search, by: By] | undefined;
  onOpen: ((figure: FigureName) => void) | undefined;
}

function Row({ group, into, onOpen }: RowProps) {
  const named = useNamed();
  const formats = useFormats();
  const want = useWant();
  const name = named(group);
  return (
    <tr className={styles.figures}>
      <th scope="row" className={styles.name}>
        {into && group.key ? (
          <button onClick={() => want({ [into[0]]: group.key, by: into[1] })}>{name}</button>
        ) : (
          name
        )}
      </th>
      <td>{formats.number(group.tallies.found ?? 0)}</td>
      {FIGURE_NAMES.map((figure) => {
        const value = valueOf(group, figure);
        const text = shown(figure, value, formats);
        const opens = onOpen && value !== null && hasTickets(figure);
        return <td key={figure}>{opens ? <button onClick={() => onOpen(figure)}>{text}</button> : text}</td>;
      })}
    </tr>
  );
}
