import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { wrongAddress, type Typed } from "./source";
import styles from "./Start.module.css";

interface Props {
  typed: Typed;
  password: string;
  busy: boolean;
  onChange: (more: Partial<Typed>) => void;
  onPassword: (password: string) => void;
  onTry: () => void;
}

/** Where it is; a password goes sealed to the node, and never into an address. */
export function SourceFields({ typed, password, busy, onChange, onPassword, onTry }: Props) {
  const { t } = useTranslation("start");
  const [shown, setShown] = useState(false);
  const wrong = wrongAddress(typed);
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    setShown(true);
    if (!wrong) onTry();
  }
  const text = { autoComplete: "off", autoCapitalize: "none", spellCheck: false } as const;
  return (
    <form className={styles.form} method="post" onSubmit={submit} aria-label={t("camera.form")}>
      <div className={styles.wide}>
        <Field
          {...text}
          label={t(`address.${typed.way}`)}
          hint={t(`address.${typed.way}Hint`)}
          trouble={shown && wrong ? t(`wrong.${wrong}`) : null}
          name="address"
          maxLength={240}
          value={typed.address}
          onChange={({ target }) => onChange({ address: target.value })}
        />
      </div>
      {typed.way !== "file" && (
        <>
          <Field
            {...text}
            label={t("camera.username")}
            name="camera-user"
            value={typed.username}
            onChange={({ target }) => onChange({ username: target.value })}
          />
          <Field
            {...text}
            autoComplete="new-password"
            type="password"
            label={t("camera.password")}
            hint={t("camera.passwordHint")}
            name="camera-password"
            value={password}
            onChange={({ target }) => onPassword(target.value)}
          />
        </>
      )}
      <p className={styles.wide}>
        <Button type="submit" look="main" busy={busy}>
          {t("camera.try")}
        </Button>
      </p>
    </form>
  );
}
