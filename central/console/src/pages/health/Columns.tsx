import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";
import { classes } from "@/parts/classes";
import { VirtualGrid } from "@/sources/VirtualGrid";
import type { Told } from "./figures";
import styles from "./Tables.module.css";

const ROW_PX = 44;
type Head = "source" | "node" | "sources" | "state" | "fps" | "delay" | "dropped" | "version" | "view" | "queue" |
  "disk" | "temperature" | "software" | "model" | "memory" | "clock" | "certificate"; // prettier-ignore

export interface Column<Item> {
  head: Head;
  /** Stands at the right. */
  figure?: true;
  /** Left out where there is little room. */
  less?: true;
  says: (item: Item) => ReactNode;
  tone?: (item: Item) => Told;
  title?: (item: Item) => string | undefined;
}

interface Props<Item> {
  label: string;
  columns: readonly Column<Item>[];
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** The line whose details are open; -1: none. */
  current: number;
  nodes?: boolean;
}

/** A table of thousands of lines, drawn where one looks. */
export function Columns<Item>({ label, columns, items, keyOf, current, nodes = false }: Props<Item>) {
  const { t } = useTranslation("health");
  return (
    <div
      role="table"
      aria-label={label}
      aria-rowcount={items.length + 1}
      className={classes(styles.table, nodes && styles.nodes)}
    >
      <div role="rowgroup">
        <div role="row" className={classes(styles.row, styles.head)}>
          {columns.map(({ head, figure, less }) => (
            <span key={head} role="columnheader" data-figure={figure} data-less={less}>
              {t(head)}
            </span>
          ))}
        </div>
      </div>
      <VirtualGrid items={items} keyOf={keyOf} height={ROW_PX} role="rowgroup" at={current}>
        {(item, at) => (
          <div
            role="row"
            aria-rowindex={at + 2}
            className={styles.row}
            data-key={keyOf(item)}
            data-current={at === current || undefined}
          >
            {columns.map((column) => (
              <Cell key={column.head} column={column} item={item} />
            ))}
          </div>
        )}
      </VirtualGrid>
    </div>
  );
}

function Cell<Item>({ column, item }: { column: Column<Item>; item: Item }) {
  const { figure, less, says, tone, title } = column;
  return (
    <div role="cell" data-figure={figure} data-less={less} data-tone={tone?.(item)} title={title?.(item)}>
      {says(item)}
    </div>
  );
}
