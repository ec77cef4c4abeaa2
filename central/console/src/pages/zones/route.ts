import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const PARTS = ["trial", "advice", "hidden", "history"] as const;
export const SIDES = ["rules", "hours", "points"] as const;

/** `?zone=kerb&side=hours&part=history`: what is selected, and what is shown beside and below; `mode`: what it is for. */
interface Search {
  zone?: string;
  side?: (typeof SIDES)[number];
  part?: (typeof PARTS)[number];
  mode?: "ground";
}

export const zonesRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/zones",
  validateSearch: (search: Record<string, unknown>): { find?: string } => ({
    find: text(search, "find", 80),
  }),
  component: lazyRouteComponent(() => import("./Cameras"), "Cameras"),
});

export const workbenchRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/zones/$district/$node/$source",
  validateSearch: (search: Record<string, unknown>): Search => ({
    zone: text(search, "zone", 64),
    side: oneOf(search, "side", SIDES),
    part: oneOf(search, "part", PARTS),
    mode: oneOf(search, "mode", ["ground"] as const),
  }),
  component: lazyRouteComponent(() => import("./Workbench"), "Workbench"),
});
