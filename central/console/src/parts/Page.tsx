import type { ReactNode } from "react";
import styles from "./Page.module.css";
import { classes } from "./classes";

/** The column in which a page stands. `wide`: all there is, for maps, tables and walls. */
export function Page({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return <div className={classes(styles.page, wide && styles.wide)}>{children}</div>;
}
