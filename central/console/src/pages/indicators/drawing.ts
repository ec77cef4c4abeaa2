// Figures as charts: what is drawn, without how it is drawn. Pure.
import type { ChartOption } from "@/charts/echarts";
import type { Group, Series } from "./asking";
import { sorted, valueOf, type FigureName } from "./figures";

const MOST_BARS = 12;

export interface Texts {
  figure: (name: FigureName) => string;
  group: (group: Group) => string;
  /** A figure's value as people read it. */
  value: (name: FigureName, value: number) => string;
  found: { machine: string; drone: string; people: string };
  number: (value: number) => string;
  /** Seconds as hours, for an axis. */
  hours: string;
}

const AXIS = { axisTick: { show: false }, splitLine: { lineStyle: { opacity: 0.25 } } } as const;
const GRID = { left: 8, right: 16, top: 36, bottom: 4, containLabel: true } as const;

/** A period's name, short: the day and month of a day, the week's number, the month. */
export const short = (name: string): string => (name.length > 8 ? name.slice(5) : name.replace(/^\d{2}/, ""));

/** How many were found by machines, by drones and by people, a bar a period. */
export function foundOption(series: Series, texts: Texts): ChartOption {
  const of = (pick: (total: Group) => number) => series.items.map(({ total }) => pick(total));
  const tally = (total: Group, name: string) => total.tallies[name] ?? 0;
  const parts: [string, number[]][] = [
    [texts.found.machine, of((total) => tally(total, "by_machine") - tally(total, "by_drone"))],
    [texts.found.drone, of((total) => tally(total, "by_drone"))],
    [texts.found.people, of((total) => tally(total, "found") - tally(total, "by_machine"))],
  ];
  return {
    grid: GRID,
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 8 },
    tooltip: { trigger: "axis" },
    xAxis: { type: "category", data: series.items.map(({ period }) => short(period.name)), ...AXIS },
    yAxis: { type: "value", minInterval: 1, ...AXIS },
    series: parts.map(([name, data]) => ({ type: "bar", name, stack: "found", barMaxWidth: 28, data })),
  };
}

/** How shares went, a line each; a period in which there was nothing to divide by is a gap. */
export function sharesOption(series: Series, names: readonly FigureName[], texts: Texts): ChartOption {
  return {
    grid: GRID,
    legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 8 },
    tooltip: {
      trigger: "axis",
      valueFormatter: (value) => (typeof value === "number" ? texts.value("closing_rate", value) : "–"),
    },
    xAxis: { type: "category", data: series.items.map(({ period }) => short(period.name)), ...AXIS },
    yAxis: {
      type: "value",
      min: 0,
      max: 1,
      axisLabel: { formatter: (value: number) => texts.value("closing_rate", value) },
      ...AXIS,
    },
    series: names.map((name) => ({
      type: "line",
      name: texts.figure(name),
      symbolSize: 6,
      data: series.items.map(({ total }) => valueOf(total, name)),
    })),
  };
}

/** The groups with the most of a figure, the largest on top. */
export function mostOption(groups: readonly Group[], name: FigureName | "found", texts: Texts): ChartOption {
  const bars = drawn(groups, name).reverse();
  const seconds = name === "mean_passed" || name === "mean_worked";
  const of = (group: Group) => amount(group, name) / (seconds ? 3600 : 1);
  const says = (value: number) =>
    name === "found" ? texts.number(value) : texts.value(name, value * (seconds ? 3600 : 1));
  return {
    grid: { ...GRID, top: 4, right: 64 },
    tooltip: {
      trigger: "item",
      valueFormatter: (value) => (typeof value === "number" ? says(value) : "–"),
    },
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      data: bars.map(texts.group),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { width: 130, overflow: "truncate" },
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 18,
        data: bars.map(of),
        label: { show: true, position: "right", formatter: ({ value }) => says(value as number) },
      },
    ],
  };
}

/** Which groups a chart of the most has: those with something, the largest first. */
export const drawn = (groups: readonly Group[], name: FigureName | "found"): Group[] =>
  sorted(groups, name, -1)
    .filter((group) => amount(group, name) > 0)
    .slice(0, MOST_BARS);

const amount = (group: Group, name: FigureName | "found"): number =>
  name === "found" ? (group.tallies.found ?? 0) : (valueOf(group, name) ?? 0);
