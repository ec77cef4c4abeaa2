import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";

export type Candidate = Schema<"Candidate">;
export type Gate = Schema<"Gate">;
export type Stretch = Schema<"Stretch">;
export type Became = Schema<"OutcomeAnswer">;

/** A source in a time; stamps are RFC 3339. */
export interface Period {
  node: string;
  source: string;
  since: string;
  until: string;
}

export const MOST = 1_000; // as many as a node tells

export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => given(api.GET("/api/sources", { signal })),
});

/** What became, at the centre, of all that a source told. */
export const outcomesQuery = ({ node, source, since, until }: Period) => {
  const [district = "", name = ""] = node.split("/");
  return queryOptions({
    queryKey: ["outcomes", node, source, since, until],
    queryFn: ({ signal }) =>
      given(
        api.GET("/api/sources/{district}/{node}/{source}/outcomes", {
          params: { path: { district, node: name, source }, query: { since, until } },
          signal,
        }),
      ),
  });
};

export const ticketPicturesQuery = (ticket: string) =>
  queryOptions({
    queryKey: ["ticket", ticket, "whole"],
    queryFn: ({ signal }) =>
      given(api.GET("/api/tickets/{name}", { params: { path: { name: ticket } }, signal })),
  });
