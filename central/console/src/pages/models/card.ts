// What a model's card says, as far as people are shown it. Pure.
import type { Model } from "./asking";

export type Card = Model["card"];

export const textOf = (card: Card, name: string): string | null => {
  const value = card[name];
  return typeof value === "string" && value ? value : null;
};

/** The licences of its code and of its weights. */
export function licences(card: Card): string | null {
  const licence = card.licence;
  if (typeof licence !== "object" || licence === null || Array.isArray(licence)) return null;
  const { code, weights } = licence as Readonly<Record<string, unknown>>;
  return [...new Set([code, weights])].filter((each) => typeof each === "string").join(", ") || null;
}

/** Its labels, or the name of their list. */
export function labels(card: Card): string | null {
  const found = card.labels;
  if (typeof found === "string") return found;
  return Array.isArray(found) ? found.filter((each) => typeof each === "string").join(", ") : null;
}

export interface Metric {
  data: string;
  values: readonly [name: string, value: number][];
}

/** What was measured, and on what. */
export function metrics(card: Card): Metric[] {
  const found = Array.isArray(card.metrics) ? card.metrics : [];
  return found.flatMap((each) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return [];
    const { data, values } = each as Readonly<Record<string, unknown>>;
    if (typeof data !== "string" || typeof values !== "object" || values === null || Array.isArray(values))
      return [];
    const numbers = Object.entries(values).filter(
      (pair): pair is [string, number] => typeof pair[1] === "number",
    );
    return [{ data, values: numbers }];
  });
}
