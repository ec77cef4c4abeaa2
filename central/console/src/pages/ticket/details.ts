// What the log kept of an action besides its words. Pure.

const FIELDS = ["department", "post", "until", "level", "into"];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Fields and what was given, in the order in which they were kept; unknown ones are left out. */
export function detailsOf(
  details: Readonly<Record<string, unknown>> | null,
): [field: string, value: string][] {
  return Object.entries(details ?? {}).flatMap(([name, value]): [string, string][] => {
    if (FIELDS.includes(name) && typeof value === "string") return [[name, value]];
    if (name === "amount_s" && typeof value === "number") return [[name, String(value)]];
    if (name === "reasons" && Array.isArray(value))
      return value
        .slice(1)
        .filter(isRecord)
        .map((reason) => ["reasons", String(reason.text)]);
    return [];
  });
}
