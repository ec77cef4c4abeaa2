import { Outlet } from "@tanstack/react-router";
import styles from "./Bare.module.css";
import { Brand } from "./Brand";
import { LanguageSwitch, ThemeSwitch } from "./Switches";

/** Around a page that stands alone. */
export function Bare() {
  return (
    <div className={styles.bare}>
      <header className={styles.bar}>
        <Brand />
        <div className={styles.switches}>
          <ThemeSwitch />
          <LanguageSwitch />
        </div>
      </header>
      <main className={styles.main}>
        <Outlet />
      </main>
    </div>
  );
}
