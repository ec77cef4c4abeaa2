// The centre's and the nodes' reasons in the reader's words: by their code, with their figures and names. Pure.
import type { Schema } from "@/api/client";

export type Reason = Pick<Schema<"Reason">, "code" | "text" | "values" | "words">;
export type Templates = Readonly<Record<string, string | readonly string[]>>;

/** How a figure or a name of a reason is written: `{{share:percent}}`. Without one a figure is a plain number. */
export interface Writing {
  number: (value: number, options?: Intl.NumberFormatOptions) => string;
  span: (seconds: number) => string;
  moment: (seconds: number) => string;
  /** A word of a group of words, as the reader knows it; itself where nobody does. */
  word: (group: string, word: string) => string;
  /** Between the parts of a list. */
  comma: string;
}

const PLACE = /\{\{(\w+)(?::(\w+))?\}\}/g;
const FIGURES: Readonly<Record<string, (value: number, as: Writing) => string>> = {
  percent: (value, { number }) => number(value, { style: "percent", maximumFractionDigits: 1 }),
  plain: (value) => String(Math.round(value)),
  span: (value, { span }) => span(Math.abs(value)),
  moment: (value, { moment }) => moment(value),
  ticket: (value) => `T-${String(Math.round(value)).padStart(6, "0")}`,
};

interface Found {
  template: string;
  /** What the code has in place of the template's star. */
  tail: string;
}

/** The templates of a code, the best first: its own, else those of the longest `beginning_*`. */
function templatesOf(code: string, templates: Templates): Found[] {
  const parts = code.split("_");
  const stars = parts.map((_, at) => `${parts.slice(0, parts.length - at).join("_")}_*`);
  const name = [code, ...stars].find((each) => Object.hasOwn(templates, each));
  const found = name === undefined ? [] : (templates[name] ?? []);
  const tail = name?.endsWith("*") ? code.slice(name.length - 1) : "";
  return (typeof found === "string" ? [found] : found).map((template) => ({ template, tail }));
}

const names = (template: string): string[] => [...template.matchAll(PLACE)].map(([, name]) => name ?? "");

/** "2 chair, 1 dining_table": each label in the reader's words. */
function listed(words: string, group: string, as: Writing): string {
  const parts = words.split(", ").map((part) => {
    const [, count, label] = /^(\d+) (.+)$/.exec(part) ?? [null, "", part];
    const said = as.word(group, label ?? part);
    return count ? `${count} × ${said}` : said;
  });
  return parts.join(as.comma);
}

/** The first template whose figures and names are all there; the reason's own text where there is none. */
export function reasonWords(reason: Reason, templates: Templates, as: Writing): string {
  const values: Readonly<Record<string, number>> = reason.values ?? {};
  const found = templatesOf(reason.code, templates).flatMap(({ template, tail }) => {
    const words: Readonly<Record<string, string>> = { ...reason.words, text: reason.text, tail };
    const there = names(template).every((name) => name in values || name in words);
    return there ? [{ template, words }] : [];
  })[0];
  if (found === undefined) return reason.text;
  const { template, words } = found;
  return template.replace(PLACE, (_, name: string, written?: string) => {
    const value = values[name];
    if (value === undefined) return wordsOf(words, name, written, as);
    return (written ? FIGURES[written]?.(value, as) : null) ?? as.number(value, { maximumFractionDigits: 1 });
  });
}

function wordsOf(
  words: Readonly<Record<string, string>>,
  name: string,
  group: string | undefined,
  as: Writing,
): string {
  const said = words[name] ?? "";
  if (group === undefined) return said;
  if (group === "things" || group === "roles") return listed(said, group.slice(0, -1), as);
  return as.word(group === "flag" ? `flag.${words.quantity ?? ""}` : group, said);
}
