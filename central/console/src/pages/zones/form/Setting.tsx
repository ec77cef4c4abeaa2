import { useTranslation } from "react-i18next";
import { Box, Choice } from "@/parts/Field";
import { useCodes } from "@/words/useWords";
import { Allow } from "./Allow";
import { GROUPS, type FieldOf } from "./fields";
import type { Rule } from "../draft/shape";
import styles from "./Form.module.css";
import { Written } from "./Written";

export interface SettingProps {
  rule: Rule;
  field: FieldOf;
  trouble: string | null;
  /** undefined: the node's own default. */
  onChange: (value: unknown) => void;
}

/** One setting of a rule as a control of its sort. */
export function Setting(props: SettingProps) {
  const { rule, field, trouble, onChange } = props;
  const of = useCodes("zones");
  const label = of("settings", `${rule.kind}.${field.key}`);
  const value = rule[field.key] ?? field.fallback;
  switch (field.sort) {
    case "flag":
      return (
        <Box label={label} checked={value === true} onChange={({ target }) => onChange(target.checked)} />
      );
    case "groups":
      return <Groups value={value as string[]} trouble={trouble} label={label} onChange={onChange} />;
    case "allow":
      return <Allow {...props} />;
    case "choice":
      return (
        <Choice
          label={label}
          trouble={trouble}
          value={String(value)}
          choices={(field.choices ?? []).map(
            (each) => [each, of("choices", `${field.key}.${each}`)] as const,
          )}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    default:
      return <Written {...props} label={label} />;
  }
}

interface GroupsProps {
  value: readonly string[];
  label: string;
  trouble: string | null;
  onChange: (value: string[]) => void;
}

function Groups({ value, label, trouble, onChange }: GroupsProps) {
  const { t } = useTranslation("zones");
  const without = (group: string) => value.filter((each) => each !== group);
  return (
    <fieldset className={styles.set}>
      <legend>{label}</legend>
      {GROUPS.map((group) => (
        <Box
          key={group}
          label={t(`groups.${group}`)}
          checked={value.includes(group)}
          onChange={({ target }) => onChange(target.checked ? [...value, group] : without(group))}
        />
      ))}
      {trouble && <p className={styles.trouble}>{trouble}</p>}
    </fieldset>
  );
}
