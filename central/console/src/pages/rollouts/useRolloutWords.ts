import { useTranslation } from "react-i18next";
import type { Reason } from "@/words/reasons";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import { partsOf } from "./reasons";

/** What a roll-out and its nodes say, in the reader's words; else as it came. */
export function useRolloutWords() {
  const { t, i18n } = useTranslation("rollouts");
  const codes = useCodes("rollouts");
  const health = useCodes("health");
  const { number } = useFormats();
  const figures = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        name === "share"
          ? number(value, { style: "percent" })
          : number(value, { maximumFractionDigits: value < 10 ? 1 : 0 }),
      ]),
    );
  /** `bare`: without the node, where that stands beside it. */
  function say(reason: Reason, bare = false): string {
    const parts = partsOf(reason);
    if (!i18n.exists(`codes.${parts.code}`, { ns: "rollouts" })) return reason.text;
    const { was, is, code: trouble, condition, node, ...rest } = parts.values;
    const named = {
      ...(was && is ? { was: health("states", was), is: health("states", is) } : {}),
      ...(trouble ? { trouble: health("troubles", trouble) } : {}),
      ...(condition ? { condition: health("conditions", condition) } : {}),
    };
    const key = `codes.${parts.code}` as "codes.made";
    const said = t(key, { ...rest, ...named, ...figures(reason.values ?? {}) } as never) as unknown as string;
    return node && !bare ? t("ofNode", { node, said }) : said;
  }
  return {
    say,
    state: (code: string) => codes("states", code),
    nodeState: (code: string) => codes("nodeStates", code),
    /** What a key of a configuration is called; the key where it has no name. */
    key: (path: string) => {
      const [section = "", name = ""] = path.split(".");
      const found: unknown = i18n.getResource(i18n.language, "rollouts", `keys.${section}.${name}`);
      return typeof found === "string" ? found : path;
    },
  };
}
