import { useTranslation } from "react-i18next";
import { reasonWords, type Reason, type Templates } from "./reasons";
import { useFormats } from "./useFormats";

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
const NEEDED = ["reasons", "casework", "readings", "things", "shell"] as const;

/** How to say a reason to the reader: in his language wherever its code is known, else as it came. */
export function useReason(): (reason: Reason) => string {
  const { i18n } = useTranslation(NEEDED);
  const { number, span, moment } = useFormats();
  const known = (namespace: string, path: string): unknown =>
    i18n.getResource(i18n.language, namespace, path);
  const templates = (known("reasons", "codes") ?? {}) as Templates;

  function word(group: string, said: string): string {
    const [namespace, path] = GROUPS[group] ?? ["readings", group.replace("flag.", "flags.")];
    const found = known(namespace, `${path}.${said}`) ?? known("readings", `states.${said}`);
    return typeof found === "string" ? found : said.replaceAll("_", " ");
  }

  const comma = i18n.language === "zh" ? "、" : ", ";
  const as = { number, span, moment: (seconds: number) => moment(seconds * 1000), word, comma };
  return (reason) => reasonWords(reason, templates, as);
}
