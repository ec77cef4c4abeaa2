// A changed ticket takes the place of the one that a list holds; lists are one page or several.
import type { Schema } from "@/api/client";

type Ticket = Schema<"TicketAnswer">;
type Tickets = ReadonlyMap<string, Ticket>;

interface Page {
  items: Ticket[];
}

const isPage = (value: unknown): value is Page =>
  typeof value === "object" && value !== null && Array.isArray((value as Page).items);
const hasPages = (value: unknown): value is { pages: unknown[] } =>
  typeof value === "object" && value !== null && Array.isArray((value as { pages: unknown[] }).pages);

function inPage(page: Page, tickets: Tickets): Page {
  if (!page.items.some(({ number }) => tickets.has(number))) return page;
  return { ...page, items: page.items.map((ticket) => tickets.get(ticket.number) ?? ticket) };
}

/** The same object where nothing of it changed. Anything that is no list of tickets stays as it is. */
export function withTickets(known: unknown, tickets: Tickets): unknown {
  if (isPage(known)) return inPage(known, tickets);
  if (!hasPages(known)) return known;
  const pages = known.pages.map((page) => withTickets(page, tickets));
  return pages.every((page, at) => page === known.pages[at]) ? known : { ...known, pages };
}
