import { Outlet, useRouterState } from "@tanstack/react-router";
import { use, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useKeyboard, useShortcuts } from "@/keys/useShortcuts";
import { LiveContext } from "@/live/useLive";
import { Dialog } from "@/parts/Dialog";
import { Bar } from "./Bar";
import { Places, usePlaces } from "./Places";
import styles from "./Shell.module.css";
import { Shortcuts } from "./Shortcuts";
import { useSignsOfLife } from "./life";

/** Bar, navigation and the page between them. */
export function Shell() {
  const { t } = useTranslation();
  const live = use(LiveContext);
  const main = useRef<HTMLElement>(null);
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  useEffect(() => live?.start(), [live]);
  useKeyboard();
  useSignsOfLife();
  useShortcuts([
    { keys: "?", says: t("shortcuts"), run: () => setHelp(true) },
    ...usePlaces().map(({ key, words, go }) => ({ keys: `g ${key}`, says: words, run: go })),
  ]);
  useFocusOnArrival(main);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main" onClick={(event) => skip(event, main.current)}>
        {t("skip")}
      </a>
      <Bar onMenu={() => setMenu(true)} onShortcuts={() => setHelp(true)} />
      <nav className={styles.side} aria-label={t("navigation")}>
        <Places />
      </nav>
      <main ref={main} id="main" tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      {menu && (
        <Dialog title={t("navigation")} size="side" onClose={() => setMenu(false)}>
          <Places onGo={() => setMenu(false)} />
        </Dialog>
      )}
      {help && <Shortcuts onClose={() => setHelp(false)} />}
    </div>
  );
}

function skip(event: React.MouseEvent, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

/** A screen reader and the keyboard go on where the new page begins; not at the first page, nor within one. */
function useFocusOnArrival(main: React.RefObject<HTMLElement | null>): void {
  const page = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (before.current !== undefined && before.current !== page) main.current?.focus({ preventScroll: true });
    before.current = page;
  }, [page, main]);
}
