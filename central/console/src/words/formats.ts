// Moments, spans and numbers as a reader of a language writes them, in the centre's time zone. Pure.
import type { Language } from "./languages";

const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };
const UNITS: Record<Language, [string, string, string, string]> = {
  zh: ["秒", "分", "小时", "天"],
  en: ["s", "min", "h", "d"],
};

export interface Formats {
  /** A moment to the second; the day is left out where it is today. */
  when(stamp: string | number | Date): string;
  /** A moment to the minute with its day and year: for print and titles. */
  moment(stamp: string | number | Date): string;
  /** To the second, with day, year and zone: on hover. */
  exact(stamp: string | number | Date): string;
  /** A day. */
  day(stamp: string | number | Date): string;
  number(value: number, options?: Intl.NumberFormatOptions): string;
  /** A span of seconds in its two largest units. */
  span(seconds: number): string;
}

/** timeZone: an IANA name; undefined: the browser's own. now: in milliseconds. */
export function formats(language: Language, timeZone: string | undefined, now: () => number): Formats {
  const locale = LOCALES[language];
  const dated = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone, hourCycle: "h23", ...options });
  const day = dated({ year: "numeric", month: "short", day: "numeric" });
  const short = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const today = dated(short);
  const other = dated({ month: "short", day: "numeric", ...short });
  const moment = dated({
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const exact = dated({ year: "numeric", month: "short", day: "numeric", ...short });
  const zone = dated({ timeZoneName: "short" });
  const zoneOf = (at: Date) =>
    zone.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return {
    exact: (stamp) => `${exact.format(new Date(stamp))} ${zoneOf(new Date(stamp))}`,
    when: (stamp) => {
      const at = new Date(stamp);
      return (day.format(at) === day.format(now()) ? today : other).format(at);
    },
    moment: (stamp) => moment.format(new Date(stamp)),
    day: (stamp) => day.format(new Date(stamp)),
    number: (value, options) => new Intl.NumberFormat(locale, options).format(value),
    span: (seconds) => span(seconds, language),
  };
}

function span(given: number, language: Language): string {
  const [s, min, h, d] = UNITS[language];
  const gap = language === "zh" ? "" : " ";
  const seconds = Math.max(0, Math.round(given));
  const part = (value: number, unit: string) => `${Math.floor(value)}${gap}${unit}`;
  const two = (large: number, unit: string, rest: number, small: string) =>
    rest >= 1 ? `${part(large, unit)} ${part(rest, small)}` : part(large, unit);
  if (seconds < 60) return part(seconds, s);
  if (seconds < 3_600) return two(seconds / 60, min, seconds % 60, s);
  if (seconds < 86_400) return two(seconds / 3_600, h, (seconds % 3_600) / 60, min);
  return two(seconds / 86_400, d, (seconds % 86_400) / 3_600, h);
}
