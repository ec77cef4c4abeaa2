/* eslint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role --
   browsers forget the roles of what the narrow style does not display as a table */
import { Children, createContext, use, type ComponentProps, type ReactNode } from "react";
import styles from "./Table.module.css";

const Heads = createContext<readonly string[]>([]);

interface Props {
  /** What the table holds, for a screen reader. */
  label: string;
  /** An empty head: the column of buttons. */
  heads: readonly string[];
  children: ReactNode;
}

/**
 * A table of `Row`s. Where it is narrow, each row stands as a block with its heads beside the values; the roles say
 * that it is a table still.
 */
export function Table({ label, heads, children }: Props) {
  return (
    <Heads value={heads}>
      <table role="table" aria-label={label} className={styles.table}>
        <thead role="rowgroup">
          <tr role="row">
            {heads.map((head) => (
              <th key={head} role="columnheader" scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">{children}</tbody>
      </table>
    </Heads>
  );
}

/** One cell a child, in the order of the heads. */
export function Row({ children, ...rest }: ComponentProps<"tr">) {
  const heads = use(Heads);
  return (
    <tr role="row" {...rest}>
      {Children.map(children, (child, at) => (
        <td role="cell" data-head={heads[at] ?? ""}>
          {child}
        </td>
      ))}
    </tr>
  );
}
