// Every namespace, so that keys are checked by the compiler. A page adds its own here: one line and one import.
import type indicators from "./en/indicators.json";
import type people from "./en/people.json";
import type asks from "./en/asks.json";
import type why from "./en/why.json";
import type replay from "./en/replay.json";
import type casework from "./en/casework.json";
import type readings from "./en/readings.json";
import type reasons from "./en/reasons.json";
import type ticket from "./en/ticket.json";
import type setup from "./en/setup.json";
import type shell from "./en/shell.json";
import type signin from "./en/signin.json";
import type tickets from "./en/tickets.json";

export interface Known {
  indicators: typeof indicators;
  people: typeof people;
  asks: typeof asks;
  why: typeof why;
  replay: typeof replay;
  casework: typeof casework;
  readings: typeof readings;
  reasons: typeof reasons;
  ticket: typeof ticket;
  setup: typeof setup;
  shell: typeof shell;
  signin: typeof signin;
  tickets: typeof tickets;
}
export type Namespace = keyof Known;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shell";
    resources: Known;
  }
}
