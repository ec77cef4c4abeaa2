import { useId, type ComponentProps, type ReactNode } from "react";
import styles from "./Field.module.css";

interface Around {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it; read out with the field. */
  trouble?: string | null;
}

interface Given extends Around {
  children: (own: {
    id: string;
    "aria-describedby"?: string;
    "aria-invalid"?: true;
    className?: string;
  }) => ReactNode;
}

/** A label, a control of any kind, and what is said about it. */
export function Labelled({ label, hint, trouble, children }: Given) {
  const id = useId();
  const about = [hint && `${id}-hint`, trouble && `${id}-trouble`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-describedby": about || undefined,
        "aria-invalid": trouble ? true : undefined,
        className: styles.control,
      })}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {trouble && (
        <p id={`${id}-trouble`} className={styles.trouble}>
          {trouble}
        </p>
      )}
    </div>
  );
}

/** A labelled `input`. */
export function Field({ label, hint, trouble, ...rest }: Around & ComponentProps<"input">) {
  return (
    <Labelled label={label} hint={hint} trouble={trouble}>
      {(own) => <input {...rest} {...own} />}
    </Labelled>
  );
}

/** A labelled `select` with these choices. */
export function Choice({
  label,
  hint,
  trouble,
  choices,
  ...rest
}: Around & ComponentProps<"select"> & { choices: readonly (readonly [value: string, text: string])[] }) {
  return (
    <Labelled label={label} hint={hint} trouble={trouble}>
      {(own) => (
        <select {...rest} {...own}>
          {choices.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** A checkbox with its words beside it. */
export function Box({ label, ...rest }: { label: ReactNode } & ComponentProps<"input">) {
  return (
    <label className={styles.box}>
      <input {...rest} type="checkbox" />
      <span>{label}</span>
    </label>
  );
}
