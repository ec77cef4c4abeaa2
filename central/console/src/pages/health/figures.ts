// What a figure of a source or a node means: fine, worth a look, or bad. Pure.
import type { Tone } from "@/parts/Badge";
import type { NodeFares, SourceFares } from "./worst";

type Report = NonNullable<SourceFares["report"]>;
export type Told = "neutral" | "warn" | "bad";

export const FARES_TONES: Readonly<Record<SourceFares["fares"], Tone>> = {
  well: "good",
  unwell: "bad",
  unknown: "neutral",
};

const LATE_S = [5, 15] as const;
const DISK_MB = [2_000, 500] as const;
const HOT_C = [75, 90] as const;
const QUEUE = [500, 5_000] as const;
const CLOCK_S = [1, 5] as const;
const CERTIFICATE_DAYS = [14, 3] as const;
const DAY_MS = 86_400_000;

const over = (value: number | null | undefined, [warn, bad]: readonly [number, number]): Told =>
  value === null || value === undefined || value < warn ? "neutral" : value < bad ? "warn" : "bad";
const under = (value: number | null | undefined, [warn, bad]: readonly [number, number]): Told =>
  value === null || value === undefined || value > warn ? "neutral" : value > bad ? "warn" : "bad";

export const lateness = (report: Report | null): Told => over(report?.delay_s, LATE_S);
export const diskTone = (node: NodeFares): Told => under(node.disk_free_mb, DISK_MB);
export const heat = (node: NodeFares): Told => over(node.temperature_c, HOT_C);
export const queueTone = (node: NodeFares): Told => over(node.pending, QUEUE);
export const clockTone = ({ clock }: NodeFares): Told =>
  clock?.quality === "free_running" ? "warn" : over(Math.abs(clock?.offset_s ?? 0), CLOCK_S);

/** Days until the certificate ends; null where nobody knows. */
export const daysLeft = ({ certificate_until: until }: NodeFares, now: number): number | null =>
  until === null ? null : (Date.parse(until) - now) / DAY_MS;
export const certificateTone = (node: NodeFares, now: number): Told =>
  under(daysLeft(node, now), CERTIFICATE_DAYS);

/** The share of frames that were dropped since the source began; null before there were any. */
export function droppedShare(report: Report | null): number | null {
  const all = (report?.frames ?? 0) + (report?.dropped ?? 0);
  return report && all > 0 ? report.dropped / all : null;
}

/** Megabytes as people say them. */
export function sizeOf(mb: number): { value: number; unit: "MB" | "GB" | "TB" } {
  if (mb < 1_000) return { value: mb, unit: "MB" };
  return mb < 1_000_000 ? { value: mb / 1_000, unit: "GB" } : { value: mb / 1_000_000, unit: "TB" };
}
