import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const SPANS = { "15m": 900, "1h": 3_600, "6h": 21_600, "24h": 86_400 } as const;
export type Span = keyof typeof SPANS;
export const OUTCOMES = ["opened", "stopped", "waiting"] as const;

/** What a deep link carries: a source, a time of so long until `until`, and which of the candidates. */
export interface Search {
  node?: string;
  source?: string;
  until?: string;
  span?: Span;
  zone?: string;
  outcome?: (typeof OUTCOMES)[number];
  pick?: string;
  situation?: string;
}

const instant = (search: Record<string, unknown>): string | undefined => {
  const given = text(search, "until", 40);
  return given !== undefined && !Number.isNaN(Date.parse(given)) ? given : undefined;
};

export const whyRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/why",
  validateSearch: (search: Record<string, unknown>): Search => ({
    node: text(search, "node", 80),
    source: text(search, "source", 64),
    until: instant(search),
    span: oneOf(search, "span", Object.keys(SPANS) as Span[]),
    zone: text(search, "zone", 64),
    outcome: oneOf(search, "outcome", OUTCOMES),
    pick: text(search, "pick", 200),
    situation: text(search, "situation", 64),
  }),
  component: lazyRouteComponent(() => import("./Why"), "Why"),
});
