// Every namespace, so that keys are checked by the compiler. A page adds its own here: one line and one import.
import type people from "./en/people.json";
import type readings from "./en/readings.json";
import type setup from "./en/setup.json";
import type shell from "./en/shell.json";
import type signin from "./en/signin.json";
import type tickets from "./en/tickets.json";
import type zones from "./en/zones.json";

export interface Known {
  people: typeof people;
  readings: typeof readings;
  setup: typeof setup;
  shell: typeof shell;
  signin: typeof signin;
  tickets: typeof tickets;
  zones: typeof zones;
}
export type Namespace = keyof Known;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shell";
    resources: Known;
  }
}
