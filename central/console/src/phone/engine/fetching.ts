// What the phone keeps of the centre: the tickets that matter to this account, and their pictures.
import { api, given } from "@/api/client";
import { Problem } from "@/api/problem";
import { mine } from "./doing";
import type { Kept } from "./kept";
import { each, fetchPicturesOf } from "./pictures";
import { joined, slim, type Me, type Ticket } from "./shapes";

const PAGES = 2; // of 200
const WHOLE = 40; // tickets that are kept with all that may be done, and their pictures
const STALE_MS = 10 * 60_000;

type Order = (tickets: readonly Ticket[]) => Ticket[];

/** The questions of a role. A position is never among them. */
function questions({ role, department }: Me): Record<string, unknown>[] {
  if (role === "department") return [{ group: "at_work", ...(department === null ? {} : { department }) }];
  if (role === "grid_worker") return [{ state: "fed_back" }, { open: true }];
  return [{ open: true }];
}

/** Tickets out of lists; `more`: the centre has more than the phone takes. */
async function lists(me: Me): Promise<{ found: Ticket[]; more: boolean }> {
  const found = new Map<string, Ticket>();
  let more = false;
  for (const query of questions(me)) {
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const answer = await given(
        api.GET("/api/tickets", {
          params: { query: { ...query, limit: 200, ...(cursor ? { cursor } : {}) } },
        }),
      );
      for (const each of answer.items) found.set(each.number, slim(each, 0));
      cursor = answer.next ?? undefined;
      if (cursor === undefined) break;
    }
    more ||= cursor !== undefined;
  }
  return { found: [...found.values()], more };
}

/** Asks for everything anew. order: the nearest first. looked: tickets that somebody opened lately. */
export async function fetchAll(
  kept: Kept,
  me: Me,
  order: Order,
  looked: readonly string[],
  told: () => Promise<void>,
): Promise<void> {
  const { found, more } = await lists(me);
  const known = new Map((await kept.tickets()).map((each) => [each.number, each]));
  const merged = found.map((each) => joined(each, known.get(each.number)));
  const listed = new Set(found.map(({ number }) => number));
  // What somebody did something to, or looks at, is not lost when it leaves the list.
  const close = new Set([...(await kept.queue()).map(({ ticket }) => ticket), ...looked]);
  for (const name of close) {
    const ticket = listed.has(name) ? undefined : known.get(name);
    if (ticket) merged.push({ ...ticket, whole: 1 });
  }
  await kept.replaceTickets(merged);
  await kept.say("more", more);
  await told();
  const wanted = chosen(merged, me, close, order);
  const now = Date.now();
  const isFresh = (ticket: Ticket) => now - ticket.whole < STALE_MS;
  await each(wanted, (ticket) => (isFresh(ticket) ? Promise.resolve() : whole(kept, ticket.number)));
  await told();
  const names = wanted.map(({ number }) => number);
  const shown = await fetchPicturesOf(kept, names);
  await kept.dropPictures((await kept.pictureNames()).filter((name) => !shown.has(String(name))));
  await told();
}

function chosen(tickets: readonly Ticket[], me: Me, close: ReadonlySet<string>, order: Order): Ticket[] {
  const rank = (ticket: Ticket) => (close.has(ticket.number) ? 0 : mine(ticket, me, []) ? 1 : 2);
  return order(tickets)
    .map((ticket, n) => ({ ticket, n, rank: rank(ticket) }))
    .sort((one, other) => one.rank - other.rank || one.n - other.n)
    .slice(0, WHOLE)
    .map(({ ticket }) => ticket);
}

/** All of one ticket; one that is no longer at the centre goes. */
export async function whole(kept: Kept, name: string): Promise<Ticket | null> {
  try {
    const ticket = slim(
      await given(api.GET("/api/tickets/{name}", { params: { path: { name } } })),
      Date.now(),
    );
    await kept.putTicket(ticket);
    return ticket;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
