import { useTranslation } from "react-i18next";
import { useCodes } from "@/words/useWords";
import type { Difference, Setting, ZoneChange } from "../draft/comparing";
import styles from "./Saving.module.css";

/** What differs between two drafts, zone by zone, in words. */
export function Differences({ difference }: { difference: Difference }) {
  const { t } = useTranslation("zones");
  if (!difference.zones.length && !difference.ignore && !difference.known)
    return <p className={styles.soft}>{t("diff.nothing")}</p>;
  return (
    <ul className={styles.diff}>
      {difference.zones.map((change) => (
        <li key={change.zone}>
          <strong>{change.zone}</strong> {change.state !== "changed" && t(`diff.${change.state}`)}
          {change.state === "changed" && <Within change={change} />}
        </li>
      ))}
      {difference.known && (
        <li>{t("diff.known", { before: difference.known[0], after: difference.known[1] })}</li>
      )}
      {difference.ignore && <li>{t("diff.ignore")}</li>}
    </ul>
  );
}

function Within({ change }: { change: ZoneChange }) {
  const { t } = useTranslation("zones");
  return (
    <ul>
      {change.outline && <li>{t("diff.outline")}</li>}
      {change.name && <li>{t("diff.name")}</li>}
      {change.hours && <li>{t("diff.hours")}</li>}
      {change.rulesAdded.map((rule) => (
        <li key={rule}>{t("diff.ruleAdded", { rule })}</li>
      ))}
      {change.rulesRemoved.map((rule) => (
        <li key={rule}>{t("diff.ruleRemoved", { rule })}</li>
      ))}
      {change.settings.map((setting) => (
        <Changed key={`${setting.rule} ${setting.key}`} setting={setting} />
      ))}
    </ul>
  );
}

function Changed({ setting: { rule, key, before, after } }: { setting: Setting }) {
  const { t } = useTranslation("zones");
  const of = useCodes("zones");
  const text = (value: unknown) =>
    value === undefined || value === null
      ? t("diff.usual")
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  const sort = rule.split("-")[0] ?? "";
  const known = of("settings", `${sort}.${key}`);
  const name = known.includes(".") ? key : known;
  return <li>{t("diff.setting", { name, rule, before: text(before), after: text(after) })}</li>;
}
