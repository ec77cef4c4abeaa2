import type { ReactNode } from "react";
import type { Suppression } from "./asking";
import { HiddenOne } from "./HiddenOne";
import styles from "./Hidden.module.css";

interface Props {
  list: readonly Suppression[];
  label: string;
  /** What a page adds to one, such as its place on a picture. */
  also?: (one: Suppression) => ReactNode;
}

/** What is not told for a while, and what was not: who said so, why, until when, and what it held back. */
export function HiddenList({ list, label, also }: Props) {
  return (
    <ul className={styles.list} aria-label={label}>
      {list.map((one) => (
        <HiddenOne key={one.suppression} one={one}>
          {also?.(one)}
        </HiddenOne>
      ))}
    </ul>
  );
}
