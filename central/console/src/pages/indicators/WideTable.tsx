import type { ReactNode } from "react";
import styles from "./WideTable.module.css";

interface Props {
  /** What the table holds, for a screen reader. */
  label: string;
  heads: readonly ReactNode[];
  /** Its rows, each with a `th` first, which stays in sight. */
  children: ReactNode;
}

/** A table of many figures that scrolls sideways by itself, also by keyboard. */
export function WideTable({ label, heads, children }: Props) {
  return (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {heads.map((head, at) => (
              <th key={at} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
