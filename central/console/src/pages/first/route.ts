import { createRoute, redirect } from "@tanstack/react-router";
import { meQuery } from "@/api/me";
import { insideRoute } from "@/shell/routes";
import { bareCentre } from "@/shell/unfinished";

/** Where one lands: at the map; of a centre that watches nothing yet, where it is set up. */
export const firstRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/",
  beforeLoad: async ({ context: { queries } }) => {
    const { actions } = await queries.ensureQueryData(meQuery);
    const begins = actions.includes("node.enroll") && (await bareCentre(queries));
    throw redirect({ to: begins ? "/start" : "/map", replace: true });
  },
});
