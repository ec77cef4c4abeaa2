// Which source deserves a look first, and an order that does not jump under who reads it. Pure.
import type { Schema } from "@/api/client";
import { keyOf } from "@/sources/place";

export type SourceFares = Schema<"SourceFares">;
export type NodeFares = Schema<"NodeFares">;

const SEVERITIES: Readonly<Record<string, number>> = { high: 60, normal: 40, low: 25 };
const STATES: Readonly<Record<string, number>> = { failed: 55, lost: 50, stalled: 45 };
const TRUST: Readonly<Record<string, number>> = { none: 10, low: 5 };
const FARES: Readonly<Record<SourceFares["fares"], number>> = { unwell: 100, unknown: 50, well: 0 };

export const keyOfSource = ({ node, id }: SourceFares): string => keyOf(node, id);

/** How bad it is: 0 is well. What is wrong counts before what nobody knows, and that before what is slow. */
export function badness(source: SourceFares, node: NodeFares | undefined): number {
  const { report, conditions, fares } = source;
  const worst = conditions.map(({ severity }) => SEVERITIES[severity] ?? 40);
  const state = STATES[report?.state ?? ""] ?? 0;
  const trust = TRUST[report?.trust?.state ?? ""] ?? 0;
  return FARES[fares] + Math.max(state, ...worst) + ofNode(node) + trust + late(source);
}

const ofNode = (node: NodeFares | undefined): number =>
  node ? (node.online === false ? 20 : 0) + Math.min(10, node.troubles.length * 5) : 0;

const late = ({ report }: SourceFares): number => Math.min(4, (report?.delay_s ?? 0) / 5);

/** Keys of the sources, the worst first; as bad as each other by name. */
export function worstFirst(sources: readonly SourceFares[], nodes: ReadonlyMap<string, NodeFares>): string[] {
  return sources
    .map((source) => ({ key: keyOfSource(source), bad: badness(source, nodes.get(source.node)) }))
    .sort((one, other) => other.bad - one.bad || compare(one.key, other.key))
    .map(({ key }) => key);
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/**
 * The order that is shown: as it was, with what is new at the end of what was known, and without what is gone.
 * `kept` null: the wanted order.
 */
export function steady(kept: readonly string[] | null, wanted: readonly string[]): string[] {
  if (!kept) return [...wanted];
  const here = new Set(wanted);
  const stays = kept.filter((key) => here.has(key));
  const known = new Set(stays);
  return [...stays, ...wanted.filter((key) => !known.has(key))];
}

/** How many stand elsewhere than the order that is wanted now says, among the first so many. */
export function misplaced(shown: readonly string[], wanted: readonly string[], most = 24): number {
  const first = new Set(shown.slice(0, most));
  return wanted.slice(0, most).filter((key) => !first.has(key)).length;
}

/** Nodes by what is wrong with them. */
export function nodeBadness(node: NodeFares): number {
  const status = node.configuration?.status;
  return (
    (node.online === false ? 100 : node.online === null ? 30 : 0) +
    node.troubles.length * 20 +
    (status === "refused" || status === "rolled_back" ? 15 : 0) +
    (node.clock?.quality === "free_running" ? 5 : 0)
  );
}
