import { useSyncExternalStore } from "react";

function watch(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** Light or dark, as it is shown now. */
export const useTheme = (): string =>
  useSyncExternalStore(watch, () => document.documentElement.dataset["theme"] ?? "light");
