import { useEffect, useRef, type ReactNode } from "react";
import styles from "./Pick.module.css";
import { classes } from "./classes";
import { Icon, type IconName } from "./Icon";

interface Props {
  label: string;
  /** How many of what is inside are chosen; 0 shows nothing. */
  many?: number;
  icon?: IconName;
  /** Opens towards the left. */
  end?: boolean;
  children: ReactNode;
}

/** A button that opens a small panel of choices; Escape or a press elsewhere closes it. */
export function Pick({ label, many = 0, icon, end = false, children }: Props) {
  const own = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const elsewhere = (event: PointerEvent) => {
      if (own.current?.open && !own.current.contains(event.target as Node)) own.current.open = false;
    };
    addEventListener("pointerdown", elsewhere);
    return () => removeEventListener("pointerdown", elsewhere);
  }, []);
  const escape = (event: React.KeyboardEvent) => {
    if (event.key !== "Escape" || !own.current?.open) return;
    event.stopPropagation();
    own.current.open = false;
    own.current.querySelector("summary")?.focus();
  };
  return (
    // The keys of what is inside pass through here; the summary is the control.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <details ref={own} className={classes(styles.pick, end && styles.end)} onKeyDown={escape}>
      <summary>
        {icon && <Icon name={icon} small />}
        {label}
        {many > 0 && <span className={styles.many}>{many}</span>}
        <Icon name="down" small />
      </summary>
      <div className={styles.inside}>{children}</div>
    </details>
  );
}
