import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Choice } from "@/parts/Field";
import { chooseTheme, theme, THEMES, type Theme } from "@/look/theme";
import { useShown, useSync } from "../useSync";
import { Install } from "./Install";
import styles from "./Me.module.css";

/** Whose phone this is, how it looks, and signing out, which clears it. */
export function MePage() {
  const { t } = useTranslation("phone");
  const { me, queue } = useShown();
  const sync = useSync();
  const [sure, setSure] = useState(false);
  const [look, setLook] = useState<Theme>(theme);
  const leave = () => (queue.length && !sure ? setSure(true) : void sync.leave());
  return (
    <section aria-labelledby="me-title" className={styles.me}>
      <h1 id="me-title">{me?.name ?? t("me.title")}</h1>
      {me && <p>{[me.login, t(`role.${me.role}`), me.department].filter(Boolean).join(" · ")}</p>}
      <Choice
        label={t("me.theme")}
        value={look}
        onChange={({ currentTarget }) => {
          chooseTheme(currentTarget.value as Theme);
          setLook(currentTarget.value as Theme);
        }}
        choices={THEMES.map((each) => [each, t(`me.themes.${each}`)] as const)}
      />
      <Install />
      <p className={styles.kept}>{t("me.kept")}</p>
      {sure && <p role="alert">{t("me.unsent", { count: queue.length })}</p>}
      <button type="button" className={styles.out} onClick={leave}>
        {t(sure ? "me.outAll" : "me.out")}
      </button>
      {sure && (
        <button type="button" onClick={() => setSure(false)}>
          {t("cancel")}
        </button>
      )}
    </section>
  );
}
