// Every namespace, so that keys are checked by the compiler. A page adds its own here: one line and one import.
import type asks from "./en/asks.json";
import type bulk from "./en/bulk.json";
import type cameras from "./en/cameras.json";
import type casework from "./en/casework.json";
import type fleet from "./en/fleet.json";
import type flights from "./en/flights.json";
import type hidden from "./en/hidden.json";
import type health from "./en/health.json";
import type indicators from "./en/indicators.json";
import type map from "./en/map.json";
import type models from "./en/models.json";
import type people from "./en/people.json";
import type phone from "./en/phone.json";
import type placing from "./en/placing.json";
import type problems from "./en/problems.json";
import type readings from "./en/readings.json";
import type reasons from "./en/reasons.json";
import type replay from "./en/replay.json";
import type report from "./en/report.json";
import type rollouts from "./en/rollouts.json";
import type setup from "./en/setup.json";
import type shell from "./en/shell.json";
import type signin from "./en/signin.json";
import type start from "./en/start.json";
import type things from "./en/things.json";
import type ticket from "./en/ticket.json";
import type tickets from "./en/tickets.json";
import type why from "./en/why.json";
import type zones from "./en/zones.json";

export interface Known {
  asks: typeof asks;
  bulk: typeof bulk;
  cameras: typeof cameras;
  casework: typeof casework;
  fleet: typeof fleet;
  flights: typeof flights;
  health: typeof health;
  hidden: typeof hidden;
  indicators: typeof indicators;
  map: typeof map;
  models: typeof models;
  people: typeof people;
  phone: typeof phone;
  placing: typeof placing;
  problems: typeof problems;
  readings: typeof readings;
  reasons: typeof reasons;
  replay: typeof replay;
  report: typeof report;
  rollouts: typeof rollouts;
  setup: typeof setup;
  shell: typeof shell;
  signin: typeof signin;
  start: typeof start;
  things: typeof things;
  ticket: typeof ticket;
  tickets: typeof tickets;
  why: typeof why;
  zones: typeof zones;
}
export type Namespace = keyof Known;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shell";
    resources: Known;
  }
}
