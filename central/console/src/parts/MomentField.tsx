import { useRef, useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "./classes";
import { Labelled } from "./Field";
import { Icon } from "./Icon";
import styles from "./MomentField.module.css";
import { fieldValue, writtenValue, type Exactness } from "./moments";

interface Given {
  /** As the browser's own fields have it; "" while there is none. */
  value: string;
  /** Called with every whole day or moment, and with "" once nothing is written. */
  onChange: (value: string) => void;
  to: Exactness;
}

type Bare = Given & Omit<ComponentProps<"input">, keyof Given | "type" | "pattern">;

const TYPES: Record<Exactness, string> = { day: "date", minute: "datetime-local", second: "datetime-local" };

/**
 * A day or a moment: written in one form whatever the browser's language, or chosen from the browser's calendar.
 * A browser's own field would write it in the browser's language, not in the page's.
 */
export function MomentInput({ value, onChange, to, className, ...rest }: Bare) {
  const { t } = useTranslation();
  const calendar = useRef<HTMLInputElement>(null);
  const [written, write] = useState({ of: value, text: writtenValue(value) });
  const text = written.of === value ? written.text : writtenValue(value);
  const form = t(`moment.${to}`);
  function take(said: string): void {
    const found = said.trim() === "" ? "" : fieldValue(said, to);
    write({ of: found ?? value, text: said });
    if (found !== null && found !== value) onChange(found);
  }
  return (
    <span className={styles.moment}>
      <input
        {...rest}
        className={classes(styles.text, className)}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        placeholder={form}
        title={form}
        value={text}
        onChange={({ target }) => {
          const wrong = target.value.trim() !== "" && fieldValue(target.value, to) === null;
          target.setCustomValidity(wrong ? t("moment.wrong", { form }) : "");
          take(target.value);
        }}
      />
      <button
        type="button"
        className={styles.open}
        aria-label={t("moment.choose")}
        onClick={() => calendar.current?.showPicker()}
      >
        <Icon name="calendar" small />
      </button>
      <input
        ref={calendar}
        className={styles.calendar}
        type={TYPES[to]}
        step={to === "second" ? 1 : undefined}
        tabIndex={-1}
        aria-hidden="true"
        value={value}
        onChange={({ target }) => target.value && onChange(fieldValue(target.value, to) ?? target.value)}
      />
    </span>
  );
}

/** The same with a label. */
export function MomentField({ label, ...rest }: Bare & { label: string }) {
  return <Labelled label={label}>{(own) => <MomentInput {...rest} {...own} />}</Labelled>;
}
