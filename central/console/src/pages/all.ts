// Every page's route: one line each. `bare` pages stand alone (nobody has to be signed in).
import { firstRoute } from "./first/route";
import { peopleRoute } from "./people/route";
import { setupRoute } from "./setup/route";
import { signinRoute } from "./signin/route";
import { ticketsRoute } from "./tickets/route";
import { workbenchRoute, zonesRoute } from "./zones/route";

export const bare = [signinRoute, setupRoute] as const;
export const inside = [firstRoute, peopleRoute, ticketsRoute, workbenchRoute, zonesRoute] as const;
