import type { ChartOption } from "./echarts";

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What the option says of a part, over what the theme says of it. */
const over = <Part extends object>(theme: Part, said: Part | Part[] | undefined): Part | Part[] =>
  Array.isArray(said) ? said.map((each) => ({ ...theme, ...each })) : { ...theme, ...said };

/** The option with the theme's colours under it; what the option says itself stays. */
export function inTheme(option: ChartOption): ChartOption {
  const text = { color: token("--text"), fontFamily: token("--font") };
  // Drawn on the canvas: the policy allows no inline style.
  const tooltip = {
    renderMode: "richText",
    backgroundColor: token("--raised"),
    borderColor: token("--line"),
    textStyle: text,
  } as const;
  return {
    color: ["--accent", "--info", "--warn", "--bad", "--good", "--line-strong"].map(token),
    textStyle: text,
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    ...option,
    ...(option.legend && { legend: over<object>({ textStyle: text }, option.legend) }),
    tooltip: over<object>(tooltip, option.tooltip),
  };
}
