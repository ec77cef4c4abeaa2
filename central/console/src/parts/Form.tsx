import type { ComponentProps, ReactNode } from "react";
import styles from "./Form.module.css";
import { classes } from "./classes";

/** Fields side by side where there is room. `method` post: nothing of it ever comes into an address. */
export function Form({ hint, className, children, ...rest }: ComponentProps<"form"> & { hint?: ReactNode }) {
  return (
    <form {...rest} method="post" className={classes(styles.form, className)}>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </form>
  );
}
