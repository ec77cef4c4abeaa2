import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useCodes } from "@/words/useWords";
import styles from "./Bar.module.css";
import { Brand } from "./Brand";
import { LineState } from "./LineState";
import { signOut } from "./signout";
import { LanguageSwitch, ThemeSwitch } from "./Switches";

export function Bar({ onMenu, onShortcuts }: { onMenu: () => void; onShortcuts: () => void }) {
  const { t } = useTranslation();
  const of = useCodes("shell");
  const me = useMe();
  return (
    <header className={styles.bar}>
      <Button look="quiet" className={styles.menu} aria-label={t("navigation")} onClick={onMenu}>
        <Icon name="menu" />
      </Button>
      <Brand />
      <LineState />
      <div className={styles.own}>
        {me && (
          <Link to="/people" className={styles.who} title={`${me.login} · ${of("roles", me.role)}`}>
            {me.name}
          </Link>
        )}
        <Button
          look="quiet"
          className={styles.wide}
          aria-label={t("shortcuts")}
          title={`${t("shortcuts")} (?)`}
          onClick={onShortcuts}
        >
          <kbd>?</kbd>
        </Button>
        <ThemeSwitch />
        <LanguageSwitch />
        <Button
          look="quiet"
          className={styles.icon}
          aria-label={t("signOut")}
          title={t("signOut")}
          onClick={() => void signOut()}
        >
          <Icon name="out" small />
        </Button>
      </div>
    </header>
  );
}
