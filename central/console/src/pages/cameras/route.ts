import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const PARTS = ["live", "replay"] as const;
export const SPANS = { "5m": 300, "15m": 900, "1h": 3_600, "6h": 21_600 } as const;
export type Span = keyof typeof SPANS;

/** `?part=replay&until=...&span=15m&ticket=T-000001`: which time is replayed, and what it is looked at for. */
interface Search {
  part?: (typeof PARTS)[number];
  until?: string;
  span?: Span;
  ticket?: string;
}

export const camerasRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/cameras",
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: text(search, "q", 80) }),
  component: lazyRouteComponent(() => import("./Cameras"), "Cameras"),
});

const instant = (search: Record<string, unknown>): string | undefined => {
  const given = text(search, "until", 40);
  return given !== undefined && !Number.isNaN(Date.parse(given)) ? given : undefined;
};

export const cameraRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/cameras/$district/$node/$source",
  validateSearch: (search: Record<string, unknown>): Search => ({
    part: oneOf(search, "part", PARTS),
    until: instant(search),
    span: oneOf(search, "span", Object.keys(SPANS) as Span[]),
    ticket: text(search, "ticket", 32),
  }),
  component: lazyRouteComponent(() => import("./Camera"), "Camera"),
});
