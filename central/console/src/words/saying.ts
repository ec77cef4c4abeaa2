import type { i18n as Words } from "i18next";
import { reasonWords, type Reason, type Templates, type Writing } from "./reasons";

/** Where the words of each group of names are. */
const GROUPS: Readonly<Record<string, readonly [namespace: string, group: string]>> = {
  thing: ["things", "labels"],
  state: ["casework", "states"],
  action: ["casework", "actions"],
  stage: ["casework", "stages"],
  level: ["casework", "levels"],
  field: ["casework", "fields"],
  role: ["shell", "roles"],
  quantity: ["readings", "quantities"],
  unit: ["reasons", "units"],
  why: ["reasons", "whys"],
};

type Formats = Pick<Writing, "number" | "span"> & { moment: (at: number) => string };

/** How to say a reason in the language that is shown, with the words that are loaded. more: templates that come first. */
export function sayingOf(
  i18n: Words,
  language: string,
  { number, span, moment }: Formats,
  more?: Templates,
): (reason: Reason) => string {
  const known = (namespace: string, path: string): unknown => i18n.getResource(language, namespace, path);
  const templates = { ...((known("reasons", "codes") ?? {}) as Templates), ...more };

  function word(group: string, said: string): string {
    const [namespace, path] = GROUPS[group] ?? ["readings", group.replace("flag.", "flags.")];
    const found = known(namespace, `${path}.${said}`) ?? known("readings", `states.${said}`);
    return typeof found === "string" ? found : said.replaceAll("_", " ");
  }

  const comma = language === "zh" ? "、" : ", ";
  const as = { number, span, moment: (seconds: number) => moment(seconds * 1000), word, comma };
  return (reason) => reasonWords(reason, templates, as);
}
