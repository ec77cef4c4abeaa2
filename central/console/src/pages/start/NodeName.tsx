import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { DISTRICT, NODE } from "./address";
import styles from "./Start.module.css";

interface Props {
  taken: readonly string[];
  busy: boolean;
  onNamed: (node: string) => void;
}

/** Where a node stands, and what it is called there. */
export function NodeName({ taken, busy, onNamed }: Props) {
  const { t } = useTranslation("start");
  const [district = ""] = taken[0]?.split("/") ?? [];
  const free = Array.from({ length: taken.length + 1 }, (_, at) => `edge-0${at + 1}`);
  const name = free.find((each) => !taken.some((one) => one.endsWith(`/${each}`)));
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    onNamed(`${said.district}/${said.node}`);
  }
  return (
    <form className={styles.form} method="post" onSubmit={submit} aria-label={t("node.form")}>
      <Field
        label={t("node.district")}
        hint={t("node.districtHint")}
        name="district"
        defaultValue={district}
        pattern={DISTRICT}
        inputMode="numeric"
        maxLength={6}
        placeholder="131002"
        autoComplete="off"
        required
      />
      <Field
        label={t("node.name")}
        hint={t("node.nameHint")}
        name="node"
        defaultValue={name}
        pattern={NODE}
        maxLength={57}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <p className={styles.wide}>
        <Button type="submit" look="main" busy={busy}>
          {t("node.make")}
        </Button>
      </p>
    </form>
  );
}
