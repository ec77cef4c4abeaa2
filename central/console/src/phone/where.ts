// Which of the page's few places is shown: the path below /phone.
import { useSyncExternalStore, type MouseEvent } from "react";

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((each) => each());
addEventListener("popstate", tell);

export function go(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, "", path);
  scrollTo(0, 0);
  tell();
}

export const usePath = (): string =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => location.pathname,
  );

/** For `onClick` of a link within the page. */
export function inPage(event: MouseEvent<HTMLAnchorElement | SVGAElement>): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(event.currentTarget.getAttribute("href") ?? "/phone");
}

export type Where =
  | { page: "list" }
  | { page: "plan" }
  | { page: "waiting" }
  | { page: "me" }
  | { page: "ticket"; number: string };

/** What a path shows; what is none shows the list. */
export function whereOf(path: string): Where {
  const rest = path.replace(/^\/phone\/?/, "");
  if (rest === "plan" || rest === "waiting" || rest === "me") return { page: rest };
  return /^T-\d+$/.test(rest) ? { page: "ticket", number: rest } : { page: "list" };
}
