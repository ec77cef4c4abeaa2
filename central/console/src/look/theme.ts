import { keep, kept } from "./kept";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const dark = () => matchMedia("(prefers-color-scheme: dark)");

export function theme(): Theme {
  const chosen = kept("theme") as Theme;
  return THEMES.includes(chosen) ? chosen : "auto";
}

function show(): void {
  const chosen = theme();
  document.documentElement.dataset.theme = chosen === "auto" ? (dark().matches ? "dark" : "light") : chosen;
}

export function chooseTheme(chosen: Theme): void {
  keep("theme", chosen);
  show();
}

/** Before anything is drawn. */
export function startTheme(): void {
  show();
  dark().addEventListener("change", show);
}
