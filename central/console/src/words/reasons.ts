// The centre's and the nodes' reasons in the reader's words: by their code, with their figures. Pure.
import type { Schema } from "@/api/client";

export type Reason = Pick<Schema<"Reason">, "code" | "text" | "values">;
type Figures = Readonly<Record<string, number>>;

const PLACE = /\{\{(\w+)(?::(percent))?\}\}/g;
/** A rule may say the same by a figure of its own, or without any. */
const VARIANTS = ["", "_lain", "_bare"];

const places = (template: string): string[] => [...template.matchAll(PLACE)].map(([, name]) => name ?? "");

/** The first template all of whose figures are there; the reason's own text where there is none. */
export function reasonWords(
  reason: Reason,
  templates: Readonly<Record<string, string>>,
  number: (value: number, options?: Intl.NumberFormatOptions) => string,
): string {
  const values: Figures = reason.values ?? {};
  const found = VARIANTS.map((variant) => templates[reason.code + variant]).find(
    (template) => template !== undefined && places(template).every((name) => name in values),
  );
  if (found === undefined) return reason.text;
  return found.replace(PLACE, (_, name: string, percent?: string) =>
    number(
      values[name] ?? 0,
      percent ? { style: "percent", maximumFractionDigits: 1 } : { maximumFractionDigits: 1 },
    ),
  );
}
