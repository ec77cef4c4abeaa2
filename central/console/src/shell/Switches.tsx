import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseTheme, theme, THEMES } from "@/look/theme";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useLanguage } from "@/words/useWords";
import { chooseLanguage } from "@/words/words";
import styles from "./Switches.module.css";

/** The other language, called by its own name. */
export function LanguageSwitch() {
  const other = useLanguage() === "zh" ? "en" : "zh";
  return (
    <Button look="quiet" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => void chooseLanguage(other)}>
      <Icon name="language" small />
      {other === "zh" ? "中文" : "English"}
    </Button>
  );
}

/** Light, dark, or as the system is: each press the next. */
export function ThemeSwitch() {
  const { t } = useTranslation();
  const [now, setNow] = useState(theme);
  const following = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? "auto";
  const says = `${t("theme")}: ${t(`themes.${now}`)}`;
  return (
    <Button
      look="quiet"
      className={styles.icon}
      aria-label={says}
      title={says}
      onClick={() => {
        chooseTheme(following);
        setNow(following);
      }}
    >
      <Icon name={now} small />
    </Button>
  );
}
