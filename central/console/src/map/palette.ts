// The map's colours are the tokens of the look, so that both themes come with them.
const TOKENS = {
  ground: "--ground",
  surface: "--surface",
  sunken: "--sunken",
  water: "--info-soft",
  line: "--line",
  strong: "--line-strong",
  text: "--text",
  soft: "--text-soft",
  accent: "--accent",
  late: "--bad",
  waiting: "--warn",
  working: "--info",
  held: "--line-strong",
  done: "--good",
  focus: "--focus",
} as const;

export type Palette = Record<keyof typeof TOKENS, string>;

/** As they are now. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = ([name, token]: [string, string]) => [name, style.getPropertyValue(token).trim()];
  return Object.fromEntries(Object.entries(TOKENS).map(read)) as Palette;
}
