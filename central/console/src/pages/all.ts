// Every page's route: one line each. `bare` pages stand alone (nobody has to be signed in).
import { cameraRoute, camerasRoute } from "./cameras/route";
import { firstRoute } from "./first/route";
import { fleetActionRoute, fleetRoute } from "./fleet/route";
import { flightRoute, flightsRoute, sweepRoute } from "./flights/route";
import { healthRoute } from "./health/route";
import { indicatorsRoute } from "./indicators/route";
import { mapRoute } from "./map/route";
import { modelsRoute } from "./models/route";
import { peopleRoute } from "./people/route";
import { newRolloutRoute, rolloutRoute, rolloutsRoute } from "./rollouts/route";
import { setupRoute } from "./setup/route";
import { signinRoute } from "./signin/route";
import { startRoute } from "./start/route";
import { oldTicketRoute, ticketRoute } from "./ticket/route";
import { ticketsRoute } from "./tickets/route";
import { whyRoute } from "./why/route";
import { workbenchRoute, zonesRoute } from "./zones/route";

export const bare = [signinRoute, setupRoute] as const;
export const inside = [
  cameraRoute,
  camerasRoute,
  firstRoute,
  fleetActionRoute,
  fleetRoute,
  flightRoute,
  flightsRoute,
  healthRoute,
  indicatorsRoute,
  mapRoute,
  modelsRoute,
  newRolloutRoute,
  oldTicketRoute,
  peopleRoute,
  rolloutRoute,
  rolloutsRoute,
  startRoute,
  sweepRoute,
  ticketRoute,
  ticketsRoute,
  whyRoute,
  workbenchRoute,
  zonesRoute,
] as const;
