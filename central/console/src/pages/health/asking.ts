import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { plainNode } from "@/sources/place";
import { FARES, type Fares, type Filters } from "./route";

export type HealthPage = Schema<"HealthPage">;

const PAGE = 200;
/** No wall of more: the worst come first, and filters narrow it. */
export const MOST = 4_000;
const AGAIN_MS = 30_000; // the stream tells of what changes; figures go on by themselves

type Given = Pick<Filters, "kind" | "node" | "q"> & { online?: boolean };
const wanted = ({ online, kind, node, q }: Filters): Given => ({
  online: online && online === "yes",
  kind,
  node,
  q,
});

interface Step {
  fares: Fares;
  cursor: string | null;
}

const steps = ({ fares }: Filters): readonly Fares[] => (fares ? [fares] : FARES);

/** What is asked for after a page: its next one, or the first of those who fare better; undefined at the end. */
export function following(filters: Filters, page: HealthPage, last: Step): Step | undefined {
  if (page.next !== null) return { ...last, cursor: page.next };
  const next = steps(filters)[steps(filters).indexOf(last.fares) + 1];
  return next && { fares: next, cursor: null };
}

/** Every source that the filters let through, page by page: those who fare ill first. */
export const sourcesQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ["health", "sources", wanted(filters), filters.fares ?? null],
    queryFn: ({ pageParam: { fares, cursor }, signal }) => {
      const query = { ...wanted(filters), fares, cursor: cursor ?? undefined, limit: PAGE };
      return given(api.GET("/api/health/sources", { params: { query }, signal }));
    },
    initialPageParam: { fares: steps(filters)[0] ?? "unwell", cursor: null } as Step,
    getNextPageParam: (page, pages, last) =>
      pages.reduce((sum, { items }) => sum + items.length, 0) < MOST
        ? following(filters, page, last)
        : undefined,
    refetchInterval: AGAIN_MS,
  });

/** How many there are of each, whatever they fare. */
export const totalsQuery = (filters: Filters) =>
  queryOptions({
    queryKey: ["health", "totals", wanted(filters)],
    queryFn: async ({ signal }) => {
      const query = { ...wanted(filters), limit: 1 };
      return (await given(api.GET("/api/health/sources", { params: { query }, signal }))).totals;
    },
    refetchInterval: AGAIN_MS,
  });

/** A node with all its sources, as they fare now. */
export const nodeNow = (node: string): Promise<HealthPage> =>
  given(api.GET("/api/health/sources", { params: { query: { node: plainNode(node), limit: PAGE } } }));

/** A node, and one of its sources if one is named, with the figures of the last day. */
export const detailsQuery = (node: string, source: string | null) =>
  queryOptions({
    queryKey: ["health", "details", node, source],
    queryFn: async ({ signal }) => {
      const query = { node, q: source ?? undefined, history: true, limit: PAGE };
      const page = await given(api.GET("/api/health/sources", { params: { query }, signal }));
      return {
        node: page.nodes.find((each) => plainNode(each.node) === node) ?? null,
        sources: page.items.filter((each) => plainNode(each.node) === node),
      };
    },
    refetchInterval: AGAIN_MS / 2,
  });
