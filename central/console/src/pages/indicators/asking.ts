import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import type { Days, Length } from "./period";
import type { By, Narrowed } from "./route";

export type Report = Schema<"IndicatorAnswer">;
export type Group = Schema<"GroupAnswer">;
export type Figure = Schema<"FigureAnswer">;
export type Evaluation = Schema<"EvaluationAnswer">;
export type Series = Schema<"SeriesAnswer">;
export type Counted = Schema<"CountedTicket">;

/** A period and what it is narrowed to. Without days: the period of the length that runs. */
export interface Which extends Narrowed {
  length: Length;
  days: Days | null;
}

/** Of JSON: the same path can give CSV as text. */
type Answer<Body> = Promise<{ data?: Body }>;

const LASTING_MS = 60_000;
const PAGE = 100;

/** As the API is asked. The centre knows the place's day, so the running period is asked for without days. */
const query = ({ days, area, department, kind, origin }: Which) => ({
  from: days?.from,
  to: days?.to,
  area,
  department,
  kind,
  origin,
});

export const reportQuery = (which: Which, by: By) =>
  queryOptions({
    queryKey: ["indicators", "report", by, which],
    queryFn: ({ signal }) =>
      given(
        api.GET("/api/indicators", { params: { query: { ...query(which), by } }, signal }) as Answer<Report>,
      ),
    staleTime: LASTING_MS,
    placeholderData: keepPreviousData,
  });

export const seriesQuery = (which: Which, count: number) =>
  queryOptions({
    queryKey: ["indicators", "series", count, which],
    queryFn: ({ signal }) => {
      const asked = { ...query(which), length: which.length, count };
      return given(api.GET("/api/indicators/series", { params: { query: asked }, signal }));
    },
    staleTime: LASTING_MS,
    placeholderData: keepPreviousData,
  });

export const scoresQuery = (which: Which, by: "department" | "community" | "cell") =>
  queryOptions({
    queryKey: ["indicators", "scores", by, which],
    queryFn: ({ signal }) =>
      given(
        api.GET("/api/evaluation", {
          params: { query: { ...query(which), by } },
          signal,
        }) as Answer<Evaluation>,
      ),
    staleTime: LASTING_MS,
    placeholderData: keepPreviousData,
  });

export const spotsQuery = (since: string, kind: string | undefined) =>
  queryOptions({
    queryKey: ["spots", since, kind],
    queryFn: ({ signal }) =>
      given(api.GET("/api/spots", { params: { query: { since, kind, limit: 1000 } }, signal })),
    staleTime: LASTING_MS,
  });

/** What a figure counts, on one side of its stroke. `key` null: of all groups. */
export interface Listed {
  figure: string;
  part: "numerator" | "denominator";
  by: By;
  key: string | null;
}

export const countedQuery = (which: Which, { figure, part, by, key }: Listed) =>
  infiniteQueryOptions({
    queryKey: ["indicators", "counted", figure, part, by, key, which],
    queryFn: ({ pageParam, signal }) => {
      const asked = { ...query(which), figure, part, by, key, limit: PAGE, cursor: pageParam ?? undefined };
      return given(api.GET("/api/indicators/tickets", { params: { query: asked }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** Where the same figures can be had as CSV. */
export function csvUrl(which: Which, by: By, sheet: "indicators" | "evaluation"): string {
  const asked = Object.entries({ ...query(which), by, format: "csv" });
  const given = asked.filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `/api/${sheet}?${new URLSearchParams(given).toString()}`;
}
