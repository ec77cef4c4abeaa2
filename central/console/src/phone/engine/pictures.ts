// The masked pictures that the phone keeps: of each ticket how it was found, and how it was left.
import { pictureUrl } from "@/api/pictures";
import { Problem, unreachable } from "@/api/problem";
import type { Kept } from "./kept";
import type { Picture, Ticket } from "./shapes";

const AT_ONCE = 3;

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

/** Fetches those that these tickets show and that are not here; the names of them all. */
export async function fetchPicturesOf(kept: Kept, numbers: readonly string[]): Promise<Set<string>> {
  const tickets = (await kept.tickets()).filter(({ number }) => numbers.includes(number));
  const wanted = new Map<string, [Picture, string]>();
  for (const ticket of tickets) {
    const { before, after } = sights(ticket);
    for (const picture of [before, after]) if (picture) wanted.set(picture.sha256, [picture, ticket.number]);
  }
  const here = new Set(await kept.pictureNames());
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
  return new Set(wanted.keys());
}

/** Each of them, a few at a time. */
export async function each<T>(all: readonly T[], one: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const hand = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await one(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}
