// The navigation, in its order. A page adds its place here.
import type { LinkProps } from "@tanstack/react-router";
import type { Action } from "@/api/me";
import type { Known } from "@/words/known";
import type { IconName } from "@/parts/Icon";

interface Place {
  /** Its name in words/*\/shell.json, under `places`. */
  name: keyof Known["shell"]["places"];
  icon: IconName;
  /** `g` and then this key leads there. */
  key: string;
  /** Who may not do this does not see it. */
  needs: Action;
}
/** A page of this console, or an older one with a document of its own. */
export type AnyPlace = Place & ({ to: LinkProps["to"] } | { href: string });

export const PLACES: readonly AnyPlace[] = [
  { name: "map", to: "/map", icon: "map", key: "m", needs: "ticket.view" },
  { name: "tickets", to: "/tickets", icon: "tickets", key: "t", needs: "ticket.view" },
  { name: "zones", to: "/zones", icon: "zones", key: "z", needs: "zone.tune" },
  { name: "why", to: "/why", icon: "why", key: "w", needs: "zone.tune" },
  { name: "cameras", to: "/cameras", icon: "cameras", key: "c", needs: "zone.tune" },
  { name: "health", to: "/health", icon: "health", key: "h", needs: "source.view" },
  { name: "flights", to: "/flights", icon: "drone", key: "f", needs: "source.view" },
  { name: "fleet", to: "/fleet", icon: "node", key: "n", needs: "node.view" },
  { name: "models", to: "/models", icon: "layers", key: "o", needs: "node.view" },
  { name: "rollouts", to: "/rollouts", icon: "rollouts", key: "r", needs: "node.view" },
  { name: "indicators", to: "/indicators", icon: "indicators", key: "i", needs: "indicator.view" },
  { name: "start", to: "/start", icon: "flag", key: "s", needs: "node.enroll" },
  { name: "people", to: "/people", icon: "people", key: "p", needs: "account.own" },
];
