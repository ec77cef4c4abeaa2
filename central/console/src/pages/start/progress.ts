// How far the set-up is, by what the centre says alone. Pure.
import type { Schema } from "@/api/client";

export const STEPS = ["people", "node", "camera", "zone", "alarm", "next"] as const;
export type Step = (typeof STEPS)[number];

export type Node = Schema<"NodeAnswer">;
export type Source = Schema<"SourceAnswer">;

export interface Known {
  nodes: readonly Node[];
  /** Whether there is any ticket. */
  tickets: boolean;
}

/** DISTRICT/NODE. */
export const shortName = (node: string): string => node.replace(/^gewu:\/\//, "");

export const isCamera = ({ source, zones }: Source): boolean => source?.kind === "camera" || zones.length > 0;
export const camerasOf = (nodes: readonly Node[]): { node: Node; source: Source }[] =>
  nodes.flatMap((node) => node.sources.filter(isCamera).map((source) => ({ node, source })));

/** What is there already; `next` is never over. */
export function doneOf({ nodes, tickets }: Known): Record<Step, boolean> {
  const cameras = camerasOf(nodes);
  return {
    people: true,
    node: nodes.some(({ heard }) => heard !== null),
    camera: cameras.length > 0,
    zone: cameras.some(({ source }) => source.zones.length > 0),
    alarm: tickets,
    next: false,
  };
}

/** The first step that is not done. */
export const stepNow = (done: Record<Step, boolean>): Step => STEPS.find((step) => !done[step]) ?? "next";

/** The one that was chosen, or the first; `wanted` as DISTRICT/NODE. */
export const chosenNode = (nodes: readonly Node[], wanted: string | undefined): Node | undefined =>
  nodes.find(({ node }) => shortName(node) === wanted) ?? nodes.find(({ online }) => online) ?? nodes[0];

interface Chosen {
  node?: string | undefined;
  source?: string | undefined;
}

/** The camera that was chosen; otherwise the first of which `fits` holds, or the first. */
export function chosenCamera(
  nodes: readonly Node[],
  { node, source }: Chosen,
  fits: (source: Source) => boolean,
): { node: Node; source: Source } | undefined {
  const all = camerasOf(nodes);
  return (
    all.find((one) => shortName(one.node.node) === node && one.source.id === source) ??
    all.find((one) => fits(one.source)) ??
    all[0]
  );
}
