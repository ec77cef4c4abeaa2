// The generated client: paths, parameters and answers are typed from our own OpenAPI document.
import createClient, { type Middleware } from "openapi-fetch";
import { forgeryKey } from "./forgery";
import { problemOf, unreachable } from "./problem";
import type { components, paths } from "./schema";

/** A named shape of the API, e.g. `Schema<"TicketAnswer">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

const CHANGES_NOTHING = ["GET", "HEAD"];

/**
 * A page's own question is no sign that somebody is there, so reading is quiet (`shell/life.ts` tells of
 * people). A change shows the session's key.
 */
const manners: Middleware = {
  onRequest({ request }) {
    if (CHANGES_NOTHING.includes(request.method)) request.headers.set("X-Gewu-Quiet", "1");
    else request.headers.set("X-Gewu-Forgery-Key", forgeryKey());
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    return unreachable();
  },
};

export const api = createClient<paths>({ baseUrl: "" });
api.use(manners);

/** The body of an answer; every answer that is no success has been thrown as a Problem. */
export async function given<Body>(answer: Promise<{ data?: Body }>): Promise<Exclude<Body, undefined>> {
  return (await answer).data as Exclude<Body, undefined>;
}
