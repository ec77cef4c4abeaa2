import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Choice, Field, Labelled } from "@/parts/Field";
import { fieldOf } from "@/pages/why/local";
import { MomentField } from "@/parts/MomentField";
import { Loading } from "@/parts/Loading";
import { useCodes } from "@/words/useWords";
import type { Option } from "./asking";
import styles from "./Deeds.module.css";
import { DepartmentField } from "./DepartmentField";
import type { Values } from "./useDeed";

const LEVELS = ["grid", "street", "district"] as const;
const WORDS_MOST = 240;

interface Props {
  /** That it is done to, as people write them. */
  tickets: readonly string[];
  option: Option;
  values: Values;
  onChange: (part: Values) => void;
}

/** A field for each thing that the action takes; photos stand apart. */
export function DeedFields({ tickets, option, values, onChange }: Props) {
  const names = [...option.needed, ...option.besides].filter((name) => name !== "pictures");
  return names.map((name) => (
    <One
      key={name}
      name={name}
      needed={option.needed.includes(name)}
      tickets={tickets}
      values={values}
      onChange={onChange}
    />
  ));
}

function One({
  name,
  needed,
  tickets,
  values,
  onChange,
}: { name: string; needed: boolean } & Omit<Props, "option">) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const field = of("fields", name);
  const shape = { label: needed ? field : t("optional", { field }), name, required: needed };
  const text = (key: "post" | "into") => ({
    ...shape,
    value: values[key] ?? "",
    maxLength: 64,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange({ [key]: event.target.value }),
  });
  if (name === "department")
    return (
      // Its words may come late; the fields beside it keep their focus meanwhile.
      <Suspense fallback={<Loading />}>
        <DepartmentField
          label={shape.label}
          required={needed}
          tickets={tickets}
          value={values.department ?? ""}
          onChoose={(department) => onChange({ department })}
        />
      </Suspense>
    );
  if (name === "post") return <Field {...text(name)} autoComplete="off" />;
  if (name === "into")
    return <Field {...text(name)} placeholder="T-000012" pattern="T-[0-9]{1,18}" autoComplete="off" />;
  if (name === "level")
    return (
      <Choice
        {...shape}
        choices={LEVELS.map((level) => [level, of("levels", level)] as const)}
        value={values.level ?? LEVELS[0]}
        onChange={(event) => onChange({ level: event.target.value as (typeof LEVELS)[number] })}
      />
    );
  if (name === "until")
    return (
      <MomentField
        {...shape}
        to="minute"
        value={values.until ? fieldOf(Date.parse(values.until)).slice(0, 16) : ""}
        onChange={(until) => onChange({ until: instant(until) })}
      />
    );
  if (name === "amount") return <Amount {...shape} onAmount={(amount) => onChange({ amount })} />;
  return <Words {...shape} value={values.reason ?? ""} onSaid={(reason) => onChange({ reason })} />;
}

interface WordsProps {
  label: string;
  name: string;
  required: boolean;
  value: string;
  onSaid: (words: string) => void;
}

function Words({ label, onSaid, ...shape }: WordsProps) {
  return (
    <Labelled label={label}>
      {(own) => (
        <textarea
          {...own}
          {...shape}
          rows={3}
          maxLength={WORDS_MOST}
          onChange={(event) => onSaid(event.target.value)}
        />
      )}
    </Labelled>
  );
}

const instant = (local: string): string | undefined => (local ? new Date(local).toISOString() : undefined);

function Amount({ onAmount, ...shape }: { label: string; onAmount: (amount: string | undefined) => void }) {
  const { t } = useTranslation("ticket");
  function changed(event: React.FormEvent<HTMLDivElement>): void {
    const [many, unit] = event.currentTarget.querySelectorAll<HTMLInputElement>("input, select");
    onAmount(many?.value ? `${many.value}${unit?.value ?? "h"}` : undefined);
  }
  return (
    <div className={styles.amount} onChange={changed}>
      <Field {...shape} type="number" min={1} max={8760} step={1} inputMode="numeric" />
      <Choice
        label={t("unitLabel")}
        choices={[
          ["h", t("unit.h")],
          ["m", t("unit.m")],
        ]}
      />
    </div>
  );
}
