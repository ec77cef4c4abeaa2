// What the phone keeps of the centre: the tickets that matter to this account, and their pictures.
import { api, given } from "@/api/client";
import { pictureUrl } from "@/api/pictures";
import { Problem, unreachable } from "@/api/problem";
import { mine } from "./doing";
import type { Kept } from "./kept";
import { joined, slim, type Me, type Picture, type Ticket, type Waiting } from "./shapes";

const PAGES = 2; // of 200
const WHOLE = 40; // tickets that are kept with all that may be done, and their pictures
const STALE_MS = 10 * 60_000;
const AT_ONCE = 3;

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

/** Asks for everything anew. order: the nearest first. */
export async function fetchAll(kept: Kept, me: Me, order: Order, told: () => Promise<void>): Promise<void> {
  const known = new Map((await kept.tickets()).map((each) => [each.number, each]));
  const queue = await kept.queue();
  const { found, more } = await lists(me);
  const merged = found.map((each) => joined(each, known.get(each.number)));
  const listed = new Set(found.map(({ number }) => number));
  // What somebody did something to is not lost when it leaves the list.
  for (const { ticket } of queue)
    if (!listed.has(ticket) && known.has(ticket)) merged.push({ ...(known.get(ticket) as Ticket), whole: 1 });
  await kept.replaceTickets(merged);
  await kept.say("more", more);
  await told();
  const wanted = chosen(merged, me, queue, order);
  const now = Date.now();
  await each(wanted, (ticket) =>
    now - ticket.whole < STALE_MS ? Promise.resolve() : whole(kept, ticket.number),
  );
  await told();
  await fetchPictures(
    kept,
    wanted.map(({ number }) => number),
  );
  await told();
}

function chosen(tickets: readonly Ticket[], me: Me, queue: readonly Waiting[], order: Order): Ticket[] {
  const of = (ticket: Ticket) => queue.filter((waiting) => waiting.ticket === ticket.number);
  const rank = (ticket: Ticket) => (of(ticket).length ? 0 : mine(ticket, me, []) ? 1 : 2);
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

/** How the scene was found, and how it was left. */
export function sights({ evidence }: Pick<Ticket, "evidence">): {
  before: Picture | null;
  after: Picture | null;
} {
  const shown = evidence.filter(({ here, media_type }) => here && media_type.startsWith("image/"));
  const before = shown.find(({ role }) => role === "scene" || role === "before") ?? null;
  const after = shown.findLast(({ role }) => role === "after") ?? null;
  return { before: before ?? shown.find((each) => each !== after) ?? null, after };
}

async function fetchPictures(kept: Kept, numbers: readonly string[]): Promise<void> {
  const tickets = (await kept.tickets()).filter(({ number }) => numbers.includes(number));
  const wanted = new Map<string, [Picture, string]>();
  for (const ticket of tickets) {
    const { before, after } = sights(ticket);
    for (const picture of [before, after]) if (picture) wanted.set(picture.sha256, [picture, ticket.number]);
  }
  const here = new Set(await kept.pictureNames());
  await kept.dropPictures([...here].filter((name) => !wanted.has(String(name))));
  await each(
    [...wanted].filter(([sha256]) => !here.has(sha256)),
    async ([sha256, [picture, number]]) => {
      const answer = await fetch(pictureUrl(picture, number), { headers: { "X-Gewu-Quiet": "1" } }).catch(
        () => {
          throw unreachable();
        },
      );
      if (answer.ok) await kept.putPicture(sha256, await answer.blob());
      else if (answer.status === 401) throw new Problem(401, {});
    },
  );
}

async function each<T>(all: readonly T[], one: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const hand = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await one(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}
