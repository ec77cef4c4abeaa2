// Which nodes run which model, and which of two models saw more. Pure.
import type { OfNode, Shadow } from "./asking";

/** As a configuration names it: with its version, where it has one. */
export const calledOf = ({ name, version }: { name: string; version?: string | null }): string =>
  version ? `${name}@${version}` : name;

export const runsOf = (node: OfNode): string | null => (node.model ? calledOf(node.model) : node.named);

export const shadowOf = (node: OfNode): string | null =>
  node.shadow?.model ? calledOf(node.shadow.model) : null;

/** How many nodes look with it, and beside which others it looks. */
export const users = (called: string, nodes: readonly OfNode[]): { runs: OfNode[]; beside: OfNode[] } => ({
  runs: nodes.filter((node) => runsOf(node) === called),
  beside: nodes.filter((node) => shadowOf(node) === called),
});

export interface Sums {
  both: number;
  onlyRunning: number;
  onlyShadow: number;
}

/** Over all labels. */
export function sums({ things }: Pick<Shadow, "things">): Sums {
  const found = { both: 0, onlyRunning: 0, onlyShadow: 0 };
  for (const each of things ?? []) {
    found.both += each.both;
    found.onlyRunning += each.only_running;
    found.onlyShadow += each.only_shadow;
  }
  return found;
}
