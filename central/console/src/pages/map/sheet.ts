// Tickets as a sheet of comma-separated values (RFC 4180). Pure.
import type { Row } from "./rows";

/** What a spreadsheet would take for a formula is told to be text. */
function cell(value: string | number | null): string {
  const said =
    value === null
      ? ""
      : typeof value === "string" && /^[=+\-@\t\r]/.test(value)
        ? `'${value}`
        : String(value);
  return /[",\r\n]/.test(said) ? `"${said.replaceAll('"', '""')}"` : said;
}

/** With a mark in front by which spreadsheets know that it is UTF-8. */
export function sheetOf(
  heads: readonly string[],
  rows: readonly Row[],
  named: (kind: { zh: string; en: string }) => string,
  moment: (at: number) => string,
): string {
  const lines = rows.map((row) => [
    row.name,
    named(row.kind),
    row.state,
    moment(row.opened),
    row.due === null ? null : moment(row.due),
    row.place,
    row.department,
    row.cell,
    row.longitude,
    row.latitude,
  ]);
  return `\ufeff${[heads, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}
