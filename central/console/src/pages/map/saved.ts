// A saved view is kept in the words of the API's filters, so that it means the same for a program. Pure.
import { searchOf, type Search } from "./filters";

export interface Kept {
  filters: string;
  map: { longitude: number; latitude: number; zoom: number } | null;
}

const OPEN = { open: "true", done: "false", all: null } as const;
const LISTS = { kind: "kind", state: "state", dept: "department" } as const;

/** What a view of this address keeps. */
export function keptOf(search: Search): Kept {
  const said = new URLSearchParams();
  const add = (name: string, value: string | null | undefined) => value && said.append(name, value);
  add("open", OPEN[search.show ?? "open"]);
  add("q", search.q);
  for (const [ours, theirs] of Object.entries(LISTS))
    for (const word of search[ours as keyof typeof LISTS] ?? []) add(theirs, word);
  add("severity", search.high && "high");
  add("overdue", search.late && "true");
  add("area", search.cell);
  add("box", search.box);
  add("sort", search.sort);
  const [longitude, latitude, zoom] = search.at?.split(",").map(Number) ?? [];
  const map =
    longitude === undefined || latitude === undefined || zoom === undefined
      ? null
      : { longitude, latitude, zoom };
  return { filters: said.toString(), map };
}

/** The address of a view; what it does not say is as without any filter. */
export function searchOfKept({ filters, map }: Kept): Search {
  const said = new URLSearchParams(filters);
  const open = said.get("open");
  return searchOf({
    show: open === "true" ? "open" : open === "false" ? "done" : "all",
    q: said.get("q"),
    kind: said.getAll("kind"),
    state: said.getAll("state"),
    dept: said.getAll("department"),
    high: said.get("severity") === "high",
    late: said.get("overdue") === "true",
    cell: said.get("area"),
    box: said.get("box"),
    sort: said.get("sort"),
    at: map ? [map.longitude, map.latitude, map.zoom].join() : undefined,
  });
}
