import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Choice, Field } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { withKey } from "../draft/changes";
import { ruleName, type Rule } from "../draft/shape";
import { FIELDS, ofKind, RULE_KINDS, type FieldOf } from "./fields";
import styles from "./Form.module.css";
import { KindChoice } from "./KindChoice";
import { Setting } from "./Setting";
import { useFaultWords } from "./useFaultWords";

interface Props {
  rule: Rule;
  at: number;
  onChange: (rule: Rule, merges?: string) => void;
  onRemove: (() => void) | null;
  /** What the node said of a setting of this rule, by its key. */
  told: ReadonlyMap<string, string>;
}

/** One rule: what it opens, of which sort it is, and its settings with their limits. */
export function RuleForm({ rule, at, onChange, onRemove, told }: Props) {
  const { t } = useTranslation("zones");
  const wordsOf = useFaultWords();
  const fields = FIELDS[rule.kind] ?? [];
  const known = (RULE_KINDS as readonly string[]).includes(rule.kind);
  const shown = (more: boolean) =>
    fields
      .filter((field) => !!field.more === more)
      .map((field) => (
        <Setting
          key={field.key}
          rule={rule}
          field={field}
          trouble={told.get(field.key) ?? wordsOf(rule, field)}
          onChange={(value) => onChange(withKey(rule, field.key, value), `rule ${at} ${field.key}`)}
        />
      ));
  return (
    <fieldset className={styles.rule}>
      <legend className={styles.legend}>{t("rule.number", { number: at + 1 })}</legend>
      {onRemove && (
        <Button look="quiet" className={styles.away} aria-label={t("rule.remove")} onClick={onRemove}>
          <Icon name="trash" small />
        </Button>
      )}
      <KindChoice
        value={rule.incident}
        trouble={told.get("incident") ?? null}
        onChange={(incident) => onChange({ ...rule, incident })}
      />
      <Choice
        label={t("rule.kind")}
        hint={known ? t(`rule.kindHelp.${rule.kind as (typeof RULE_KINDS)[number]}`) : t("rule.kindUnknown")}
        trouble={told.get("kind") ?? null}
        value={rule.kind}
        choices={[
          ...RULE_KINDS.map((kind) => [kind, t(`rule.kinds.${kind}`)] as const),
          ...(known ? [] : [[rule.kind, rule.kind] as const]),
        ]}
        onChange={({ target }) => onChange(ofKind(rule, target.value))}
      />
      {shown(false)}
      <More rule={rule} fields={fields.filter(({ more }) => more)} told={told}>
        <Field
          label={t("rule.id")}
          hint={t("rule.idHelp", { name: ruleName({ ...rule, id: null }) })}
          trouble={told.get("id") ?? null}
          value={rule.id ?? ""}
          onChange={({ target }) => onChange(withKey(rule, "id", target.value || undefined), `rule ${at} id`)}
        />
        {shown(true)}
      </More>
    </fieldset>
  );
}

interface MoreProps {
  rule: Rule;
  fields: FieldOf[];
  told: ReadonlyMap<string, string>;
  children: React.ReactNode;
}

/** Settings that are seldom changed; open where one of them is said, or is wrong. */
function More({ rule, fields, told, children }: MoreProps) {
  const { t } = useTranslation("zones");
  const said = fields.filter(({ key }) => rule[key] !== undefined).length;
  const wrong = fields.some(({ key }) => told.has(key));
  return (
    <details className={styles.more} open={wrong || undefined}>
      <summary>{said ? t("rule.moreSaid", { count: said }) : t("rule.more")}</summary>
      <div className={styles.fields}>{children}</div>
    </details>
  );
}
