import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/parts/Field";
import { secondsOf, written } from "../draft/durations";
import { useFormats } from "@/words/useFormats";
import type { FieldOf } from "./fields";
import type { SettingProps } from "./Setting";

const percent = (share: number): string => String(Number((share * 100).toFixed(4)));

/** As it stands in the field: shares as percent, words with commas, durations with their unit. */
function textOf(value: unknown, field: FieldOf): string {
  if (value === undefined || value === null) return "";
  if (field.sort === "duration") return written(value);
  if (field.sort === "share" && typeof value === "number") return percent(value);
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** What the text says; text that says nothing of its sort stays text, and is told to be wrong. */
function valueOf(text: string, field: FieldOf): unknown {
  const said = text.trim();
  if (said === "") return undefined;
  if (field.sort === "duration") return said.replace(/\s+/g, "");
  if (field.sort === "words") return said.split(/[\s,，、]+/).filter(Boolean);
  const number = Number(said.replace("%", "").replace(",", "."));
  if (!Number.isFinite(number)) return said;
  return field.sort === "share" ? Number((number / 100).toFixed(6)) : number;
}

const NUMBERS: readonly FieldOf["sort"][] = ["share", "number", "count"];

/** A setting that is written: a duration, a share, a number, words. */
export function Written({ rule, field, trouble, onChange, label }: SettingProps & { label: string }) {
  const { t } = useTranslation("zones");
  const { span } = useFormats();
  const value = rule[field.key];
  const [text, setText] = useState<string | null>(null);
  const given = textOf(value, field);
  // What somebody is writing stays as written for as long as it says the same.
  const shown = text !== null && textOf(valueOf(text, field), field) === given ? text : given;
  const seconds = field.sort === "duration" ? secondsOf(value) : null;
  const usual = field.fallback === undefined ? null : textOf(field.fallback, field);
  const hint =
    seconds !== null && seconds >= 60 ? span(seconds) : usual ? t("usual", { value: usual }) : null;
  return (
    <Field
      label={field.sort === "share" ? t("inPercent", { name: label }) : label}
      hint={hint}
      trouble={trouble}
      value={shown}
      inputMode={NUMBERS.includes(field.sort) ? "decimal" : "text"}
      placeholder={usual ?? "5m"}
      autoComplete="off"
      spellCheck={false}
      onChange={({ target }) => {
        setText(target.value);
        onChange(valueOf(target.value, field));
      }}
      onBlur={() => setText(null)}
    />
  );
}
