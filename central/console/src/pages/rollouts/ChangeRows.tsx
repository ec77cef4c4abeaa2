import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Choice, Field, Labelled } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import {
  emptyRow,
  faultOf,
  isKnown,
  KEYS,
  KNOWN,
  OTHER,
  PROVIDERS,
  SECTIONS,
  type Row,
  type Section,
} from "./change";
import styles from "./Rollouts.module.css";
import { useRolloutWords } from "./useRolloutWords";

const HINTS = {
  text: null,
  number: null,
  provider: null,
  duration: "durationHint",
  beside: "besideHint",
} as const;

interface Props {
  rows: readonly Row[];
  /** Names of models that nodes run. */
  models: readonly string[];
  /** What is wrong is shown. */
  judged: boolean;
  onChange: (rows: Row[]) => void;
}

/** What is changed: keys of the configuration with their new values. */
export function ChangeRows({ rows, models, judged, onChange }: Props) {
  const { t } = useTranslation("rollouts");
  const put = (row: Row) => onChange(rows.map((each) => (each.id === row.id ? row : each)));
  return (
    <>
      {rows.map((row) => (
        <OneRow
          key={row.id}
          row={row}
          models={models}
          fault={judged ? faultOf(row, rows) : null}
          onPut={put}
          onDrop={rows.length > 1 ? () => onChange(rows.filter(({ id }) => id !== row.id)) : undefined}
        />
      ))}
      <p>
        <Button onClick={() => onChange([...rows, emptyRow(Math.max(0, ...rows.map(({ id }) => id)) + 1)])}>
          <Icon name="plus" small />
          {t("another")}
        </Button>
      </p>
    </>
  );
}

interface OneProps {
  row: Row;
  models: readonly string[];
  fault: ReturnType<typeof faultOf>;
  onPut: (row: Row) => void;
  onDrop: (() => void) | undefined;
}

function OneRow({ row, models, fault, onPut, onDrop }: OneProps) {
  const { t } = useTranslation("rollouts");
  const words = useRolloutWords();
  const other = row.key === OTHER;
  return (
    <div className={styles.row} data-other={other || undefined}>
      <Choice
        label={t("setting")}
        value={row.key}
        choices={[...KEYS.map((key) => [key, words.key(key)] as const), [OTHER, t("otherKey")]]}
        onChange={({ target: { value } }) =>
          onPut({ ...row, key: isKnown(value) ? value : OTHER, value: "" })
        }
      />
      {other && <OtherKey row={row} trouble={fault === "noName" ? t("faults.noName") : null} onPut={onPut} />}
      <Value
        row={row}
        models={models}
        trouble={fault && fault !== "noName" ? t(`faults.${fault}`) : null}
        onPut={onPut}
      />
      {onDrop && (
        <Button look="quiet" aria-label={t("drop")} onClick={onDrop}>
          <Icon name="trash" small />
        </Button>
      )}
    </div>
  );
}

interface PartProps {
  row: Row;
  trouble: string | null;
  onPut: (row: Row) => void;
}

/** A section, and a key by its name. */
function OtherKey({ row, trouble, onPut }: PartProps) {
  const { t } = useTranslation("rollouts");
  return (
    <>
      <Choice
        label={t("section")}
        value={row.section}
        choices={SECTIONS.map((each) => [each, t(`sections.${each}`)] as const)}
        onChange={({ target }) => onPut({ ...row, section: target.value as Section })}
      />
      <Field
        label={t("keyName")}
        value={row.name}
        trouble={trouble}
        onChange={({ target }) => onPut({ ...row, name: target.value })}
      />
    </>
  );
}

function Value({ row, models, trouble, onPut }: PartProps & { models: readonly string[] }) {
  const { t } = useTranslation("rollouts");
  const sort = row.key === OTHER ? "text" : KNOWN[row.key];
  const put = (value: string) => onPut({ ...row, value });
  if (sort === "provider")
    return (
      <Choice
        label={t("value")}
        trouble={trouble}
        value={row.value}
        choices={[["", "–"], ...PROVIDERS.map((each) => [each, each] as const)]}
        onChange={({ target }) => put(target.value)}
      />
    );
  const hint = HINTS[sort];
  const list = row.key === "model.name" ? `models-${row.id}` : undefined;
  return (
    <Labelled label={t("value")} hint={hint ? t(hint) : undefined} trouble={trouble}>
      {(own) => (
        <>
          <input
            {...own}
            list={list}
            inputMode={sort === "number" ? "decimal" : undefined}
            autoComplete="off"
            value={row.value}
            onChange={({ target }) => put(target.value)}
          />
          {list && (
            <datalist id={list}>
              {models.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Labelled>
  );
}
