import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import type { Problem } from "@/api/problem";
import { asChanged } from "../draft/grounding";
import { draftOf, type Draft } from "../draft/shape";
import type { Place } from "../place";

export type Settings = Schema<"SourceSettings">;
export type Version = Schema<"VersionAnswer">;
export type Zoned = Schema<"ZonedSource">;
export type Status = Settings["status"];

const UNDER_WAY: readonly Status[] = ["wanted", "sent"];
const AGAIN_MS = 1_000; // the stream tells of it; this is for when it cannot

const path = ({ district, node, source }: Place) => ({ district, node, source });
const keyOf = (place: Place) => ["zones", place.district, place.node, place.source] as const;

export const listQuery = queryOptions({
  queryKey: ["zones"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/zones", { signal }))).items,
});

export const settingsQuery = (place: Place) =>
  queryOptions({
    queryKey: [...keyOf(place), "now"],
    queryFn: ({ signal }) =>
      given(api.GET("/api/zones/{district}/{node}/{source}", { params: { path: path(place) }, signal })),
    refetchInterval: ({ state }) => (UNDER_WAY.includes(state.data?.status ?? "file") ? AGAIN_MS : false),
  });

export const versionsQuery = (place: Place) =>
  queryOptions({
    queryKey: [...keyOf(place), "versions"],
    queryFn: async ({ signal }) => {
      const asked = api.GET("/api/zones/{district}/{node}/{source}/versions", {
        params: { path: path(place) },
        signal,
      });
      return (await given(asked)).items;
    },
  });

/** What a version says; it never changes. */
export const versionQuery = (place: Place, version: number) =>
  queryOptions({
    queryKey: [...keyOf(place), "version", version],
    queryFn: ({ signal }) =>
      given(
        api.GET("/api/zones/{district}/{node}/{source}/versions/{version}", {
          params: { path: { ...path(place), version } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });

export const askAgain = (queries: QueryClient, place: Place): Promise<void> =>
  queries.invalidateQueries({ queryKey: keyOf(place) });

export interface Saving {
  base: number;
  why: string;
  draft: Draft;
  /** What counted when the change was begun. */
  before: Draft;
}

export function save(place: Place, { base, why, draft, before }: Saving): Promise<Settings> {
  const body = { base, why, ...asChanged(draft, before) } as unknown as Schema<"ZonesSaved">;
  return given(api.PUT("/api/zones/{district}/{node}/{source}", { params: { path: path(place) }, body }));
}

export const rollBack = (place: Place, version: number, base: number, why: string): Promise<Settings> =>
  given(
    api.POST("/api/zones/{district}/{node}/{source}/versions/{version}/rollback", {
      params: { path: { ...path(place), version } },
      body: { base, why },
    }),
  );

/** What somebody else saved since the version that a change was decided on. */
export interface Since {
  version: number;
  changes: { version: number; by: string; at: string; why: string; diff: string[] }[];
  theirs: Draft | null;
}

/** Reads it from a refusal; null where it is another one. */
export function sinceOf({ status, body }: Problem): Since | null {
  if (status !== 409 || body.code !== "changed_since" || typeof body.version !== "number") return null;
  const changes = (Array.isArray(body.since) ? body.since : []) as (Since["changes"][number] & {
    body: Record<string, unknown> | null;
  })[];
  const last = changes.at(-1)?.body;
  return { version: body.version, changes, theirs: last && "zones" in last ? draftOf(last) : null };
}
