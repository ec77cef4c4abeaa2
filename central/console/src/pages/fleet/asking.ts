import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { placeOf } from "@/sources/place";
import type { Search } from "./route";

export type FleetPage = Schema<"FleetPage">;
export type FleetNode = Schema<"FleetNode">;
export type Group = Schema<"FleetGroup">;
export type Brief = Schema<"FleetActionBrief">;
export type Whole = Schema<"FleetActionAnswer">;
export type OfNode = Schema<"FleetActionNode">;
export type Deed = Brief["deed"];
export type NodeState = OfNode["state"];
export type Finding = NonNullable<NonNullable<OfNode["result"]>["findings"]>[number];
export type Bundle = Schema<"BundleBrief">;

const QUICK_MS = 2_000; // the centre takes a step a second
const SLOW_MS = 15_000;

export const atWork = ({ state }: Pick<Brief, "state">): boolean =>
  state === "running" || state === "stopping";

export type Filters = Pick<Search, "group" | "by" | "value" | "state" | "q">;

const asked = ({ group, by, value, state, q }: Filters) => ({
  ...(group ? { group } : {}),
  ...(by && value ? { by, value } : {}),
  ...(state === "troubled" ? { troubled: true } : state ? { online: state === "online" } : {}),
  ...(q ? { q } : {}),
});

/** Nodes by name, a hundred at a time. */
export const nodesQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ["fleet", "nodes", filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...asked(filters), ...(pageParam ? { cursor: pageParam } : {}) };
      return given(api.GET("/api/fleet/nodes", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page: FleetPage) => page.next,
    refetchInterval: SLOW_MS,
  });

export const groupsQuery = queryOptions({
  queryKey: ["fleet", "groups"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/fleet/groups", { signal }))).items,
  refetchInterval: SLOW_MS * 4,
});

export const actionsQuery = queryOptions({
  queryKey: ["fleet", "actions"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/fleet/actions", { signal }))).items,
  refetchInterval: ({ state }) => (state.data?.some(atWork) ? QUICK_MS : SLOW_MS),
});

export const actionQuery = (number: number) =>
  queryOptions({
    queryKey: ["fleet", "actions", number],
    queryFn: ({ signal }) =>
      given(api.GET("/api/fleet/actions/{number}", { params: { path: { number } }, signal })),
    refetchInterval: ({ state }) => (state.data && !atWork(state.data) ? SLOW_MS : QUICK_MS),
    staleTime: 0,
  });

export const bundlesQuery = queryOptions({
  queryKey: ["fleet", "bundles"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/diagnostics", { signal }))).items,
  refetchInterval: SLOW_MS,
});

export const act = (body: Schema<"FleetActionAsked">): Promise<Whole> =>
  given(api.POST("/api/fleet/actions", { body }));

export const stop = (number: number, body: Schema<"FleetStopAsked">): Promise<Whole> =>
  given(api.POST("/api/fleet/actions/{number}/stop", { params: { path: { number } }, body }));

export const saveGroup = (of: Group | null, body: Schema<"FleetGroupAsked">): Promise<Group> =>
  of === null
    ? given(api.POST("/api/fleet/groups", { body }))
    : given(
        api.PUT("/api/fleet/groups/{number}", {
          params: { path: { number: of.id } },
          body: { ...body, version: of.version },
        }),
      );

export const dropGroup = ({ id, version }: Group): Promise<unknown> =>
  given(api.DELETE("/api/fleet/groups/{number}", { params: { path: { number: id }, query: { version } } }));

/** Where the file of a bundle is. */
export function bundleUrl(node: string, sha256: string): string {
  const place = placeOf(node, "");
  return place ? `/api/diagnostics/${place.district}/${place.node}/${sha256}` : "";
}

export function dropBundle({ node, sha256 }: Pick<Bundle, "node" | "sha256">): Promise<unknown> {
  const place = placeOf(node, "");
  const path = { district: place?.district ?? "", node: place?.node ?? "", sha256 };
  return given(api.DELETE("/api/diagnostics/{district}/{node}/{sha256}", { params: { path } }));
}
