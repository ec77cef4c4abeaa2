import type { ReactNode } from "react";
import styles from "./Tabs.module.css";

/** For links that differ in the search alone: `search={{ part: undefined }}` is current only without a part. */
export const BY_SEARCH = { includeSearch: true, explicitUndefined: true } as const;

/** Links between the parts of a page; the one that is shown has `aria-current`. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
