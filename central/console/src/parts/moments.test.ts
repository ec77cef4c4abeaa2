import { expect, test } from "vitest";
import { fieldValue, writtenValue, type Exactness } from "./moments";

test.each<[string, Exactness, string | null]>([
  ["2026-03-01", "day", "2026-03-01"],
  [" 2026-3-1 ", "day", "2026-03-01"],
  ["2026-02-29", "day", null],
  ["01/03/2026", "day", null],
  ["2026-03-01 08:30", "minute", "2026-03-01T08:30"],
  ["2026-03-01T8:30:15", "minute", "2026-03-01T08:30"],
  ["2026-03-01 08:30", "second", "2026-03-01T08:30:00"],
  ["2026-03-01 08:30:15", "second", "2026-03-01T08:30:15"],
  ["2026-03-01 24:00", "minute", null],
  ["2026-13-01 08:00", "minute", null],
  ["", "minute", null],
])("%s to the %s", (text, to, field) => {
  expect(fieldValue(text, to)).toBe(field);
});

test("what is read is written the same way", () => {
  expect(writtenValue("2026-03-01T08:30")).toBe("2026-03-01 08:30");
  expect(fieldValue(writtenValue("2026-03-01T08:30:15"), "second")).toBe("2026-03-01T08:30:15");
});
