import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { underWay, type Ask } from "@/asks/useAsking";
import type { Tree } from "./source";

export type Enrolment = Schema<"EnrolmentState">;
export type Offer = Schema<"EnrolmentOffer">;
export type Version = Schema<"ConfigurationBrief">;
export type Ticket = Schema<"TicketAnswer">;

/** While somebody looks on: nodes tell of themselves at any time. */
export const SOON_MS = 2_000;
const SLOW_MS = 30_000;

/** As other pages ask for it too. */
export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => given(api.GET("/api/sources", { signal })),
});

export const liveSourcesQuery = queryOptions({ ...sourcesQuery, refetchInterval: SOON_MS });

export const enrolmentsQuery = queryOptions({
  queryKey: ["enrolments"],
  queryFn: ({ signal }) => given(api.GET("/api/enrolments", { signal })),
  refetchInterval: SOON_MS,
});

export const makeToken = (node: string): Promise<Offer> =>
  given(api.POST("/api/enrolments", { body: { node } }));

const path = (name: string) => {
  const [district = "", node = ""] = name.split("/");
  return { district, node };
};

/** What is wanted of a node, and what became of it. */
export const configurationQuery = (name: string) =>
  queryOptions({
    queryKey: ["configuration", name],
    queryFn: ({ signal }) =>
      given(api.GET("/api/configurations/{district}/{node}", { params: { path: path(name) }, signal })),
    refetchInterval: SOON_MS,
  });

export async function saveSource(name: string, source: string, settings: Tree, why: string): Promise<number> {
  const where = { params: { path: path(name) } };
  const known = await given(api.GET("/api/configurations/{district}/{node}", where));
  const saved = await given(
    api.PUT("/api/configurations/{district}/{node}/sources/{source}", {
      params: { path: { ...path(name), source } },
      body: { base: known.bases[`sources/${source}`] ?? 0, why, settings },
    }),
  );
  return saved.version;
}

export async function removeSource(name: string, source: string, why: string): Promise<number> {
  const where = { params: { path: path(name) } };
  const known = await given(api.GET("/api/configurations/{district}/{node}", where));
  const saved = await given(
    api.DELETE("/api/configurations/{district}/{node}/sources/{source}", {
      params: {
        path: { ...path(name), source },
        query: { base: known.bases[`sources/${source}`] ?? 0, why },
      },
    }),
  );
  return saved.version;
}

const AGAIN_MS = 400;
const pause = (): Promise<void> => new Promise((done) => setTimeout(done, AGAIN_MS));

/** A node was asked and did not do it. */
export class NotDone extends Error {
  constructor(readonly ask: Ask) {
    super(ask.reasons.map(({ text }) => text).join("; ") || ask.status);
  }
}

/** Has a node keep a password, sealed for it alone; the settings that name it. Throws Problem or NotDone. */
export async function entrust(node: string, name: string, secret: string): Promise<Tree> {
  const body = { command: "entrust", node, name, secret } as Schema<"EntrustAsked">;
  const { id } = await given(api.POST("/api/asks", { body: body as never }));
  for (;;) {
    const ask = await given(api.GET("/api/asks/{name}", { params: { path: { name: id } } }));
    if (ask.status === "done") return (ask.result.settings ?? {}) as Tree;
    if (!underWay(ask)) throw new NotDone(ask);
    await pause();
  }
}

/** The newest tickets of a camera, or of all. */
export const ticketsQuery = (of: { node: string; source: string } | null) =>
  queryOptions({
    queryKey: ["tickets", "start", of],
    queryFn: ({ signal }) => {
      const query = of ? { node: `gewu://${of.node}`, source: of.source, limit: 1 } : { limit: 1 };
      return given(api.GET("/api/tickets", { params: { query }, signal }));
    },
    refetchInterval: of ? SOON_MS : SLOW_MS,
  });
