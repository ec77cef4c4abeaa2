import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { placeOf } from "@/sources/place";

export type Rollout = Schema<"RolloutAnswer">;
export type Brief = Schema<"RolloutBrief">;
export type OfNode = Schema<"RolloutNode">;
export type NodeState = OfNode["state"];
export type Change = Brief["change"];
export type Step = "stop" | "resume" | "abort";

const QUICK_MS = 2_000; // the centre takes a step a second
const SLOW_MS = 15_000;

export const runs = ({ state }: Pick<Brief, "state">): boolean => state === "applying" || state === "soaking";

export const listQuery = queryOptions({
  queryKey: ["rollouts"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/rollouts", { signal }))).items,
  refetchInterval: ({ state }) => (state.data?.some(runs) ? QUICK_MS : SLOW_MS),
});

export const rolloutQuery = (number: number) =>
  queryOptions({
    queryKey: ["rollouts", number],
    queryFn: ({ signal }) =>
      given(api.GET("/api/rollouts/{number}", { params: { path: { number } }, signal })),
    refetchInterval: ({ state }) => (state.data && runs(state.data) ? QUICK_MS : SLOW_MS),
    staleTime: 0,
  });

/** The nodes that a change can be for. */
export const nodesQuery = queryOptions({
  queryKey: ["sources", "nodes"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/sources", { signal }))).nodes,
});

/** What a node said of a version that it was sent. */
export const versionQuery = (node: string, number: number) =>
  queryOptions({
    queryKey: ["configurations", node, number],
    queryFn: async ({ signal }) => {
      const place = placeOf(node, "");
      if (!place) return null;
      const path = { district: place.district, node: place.node };
      const answer = await given(
        api.GET("/api/configurations/{district}/{node}", { params: { path }, signal }),
      );
      return answer.versions.find(({ version }) => version === number) ?? null;
    },
  });

export const make = (body: Schema<"RolloutAsked">): Promise<Rollout> =>
  given(api.POST("/api/rollouts", { body }));

interface Given {
  version: number;
  why: string;
  take_back: boolean;
}

export function step(number: number, what: Step, body: Given): Promise<Rollout> {
  const params = { path: { number } };
  if (what === "stop") return given(api.POST("/api/rollouts/{number}/stop", { params, body }));
  if (what === "resume") return given(api.POST("/api/rollouts/{number}/resume", { params, body }));
  return given(api.POST("/api/rollouts/{number}/abort", { params, body }));
}
