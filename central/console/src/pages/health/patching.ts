// A node that was asked for anew takes the place of what a wall held of it. Pure.
import type { HealthPage } from "./asking";
import { keyOfSource } from "./worst";

interface Pages {
  pages: HealthPage[];
  pageParams: unknown[];
}

/**
 * The pages with what is known now. null: a source is new, or there is one no more; then all has to be asked for again.
 * A source that fares otherwise stays on the page where it was: the order is not that of pages.
 */
export function withNode(known: Pages, now: HealthPage, node: string): Pages | null {
  const items = new Map(
    now.items.filter((each) => each.node === node).map((each) => [keyOfSource(each), each]),
  );
  const held = known.pages.flatMap((page) => page.items.filter((each) => each.node === node));
  if (held.some((each) => !items.has(keyOfSource(each)))) return null;
  const nodes = new Map(now.nodes.map((each) => [each.node, each]));
  const pages = known.pages.map((page) => ({
    ...page,
    items: page.items.map((each) => items.get(keyOfSource(each)) ?? each),
    nodes: page.nodes.map((each) => nodes.get(each.node) ?? each),
  }));
  return { ...known, pages };
}
