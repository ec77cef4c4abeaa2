import type { ComponentProps } from "react";
import styles from "./Button.module.css";
import { classes } from "./classes";

interface Props extends ComponentProps<"button"> {
  look?: "plain" | "main" | "danger" | "quiet";
  /** Something is under way: it cannot be pressed again meanwhile. */
  busy?: boolean;
}

/** `type` is "button" unless said otherwise. A button with an icon alone needs `aria-label`. */
export function Button({
  look = "plain",
  busy = false,
  className,
  disabled,
  type = "button",
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(styles.button, styles[look], className)}
    />
  );
}
