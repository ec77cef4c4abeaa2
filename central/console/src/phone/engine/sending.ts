// Sends what waits, one after the other. Everything may be sent twice: its request was named before.
import { api, given, type Schema } from "@/api/client";
import { Problem } from "@/api/problem";
import { sendPhoto } from "@/offline/sendPhoto";
import { followers, nextToSend, refusalOf, type Refusal } from "./doing";
import type { Kept } from "./kept";
import type { Photo, Waiting } from "./shapes";

const PICTURE_LASTS_MS = 50 * 60_000; // the centre drops after an hour what nothing shows
const DONE_LINES = 20;

export type Outcome = "sent" | "later" | "sign in";

/** Until nothing is left that can be sent now. `told` is called after each change of the queue. */
export async function sendAll(kept: Kept, told: () => Promise<void>): Promise<Outcome> {
  const skip = new Set<string>();
  for (;;) {
    const next = nextToSend(await kept.queue(), skip);
    if (!next) return skip.size ? "later" : "sent";
    const refused = await sendOne(kept, next);
    await told();
    if (!refused) continue;
    if ("signIn" in refused) return "sign in";
    if ("later" in refused) return "later";
    if ("again" in refused) skip.add(next.ticket);
  }
}

async function sendOne(kept: Kept, waiting: Waiting): Promise<Refusal | null> {
  try {
    const pictures = await sendPhotos(kept, waiting);
    const version = await post(waiting, pictures);
    await over(kept, waiting, version);
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return refused(kept, waiting, refusalOf(error.status, error.body, error.message));
  }
}

/** The ticket's version after it; what the centre did by itself because of it is counted in. */
async function post(
  { ticket, action, text, request, version }: Waiting,
  pictures: string[],
): Promise<number | null> {
  const params = { path: { name: ticket } };
  if (action === null) {
    await api.POST("/api/tickets/{name}/comments", { params, body: { text, request, pictures } });
    return null;
  }
  const asked = { action: action as Schema<"ActionAsked">["action"], request, version: version ?? 1 };
  const done = await given(
    api.POST("/api/tickets/{name}/actions", {
      params,
      body: { ...asked, reason: text, pictures, folded: false },
    }),
  );
  return Math.max(...[done.line, ...done.followed].map((line) => line.version ?? 0));
}

async function over(kept: Kept, waiting: Waiting, version: number | null): Promise<void> {
  await kept.change([waiting.order], followers(await kept.queue(), waiting.request, version));
  const done = { ticket: waiting.ticket, action: waiting.action, at: Date.now() };
  await kept.say("done", [done, ...((await kept.fact("done")) ?? [])].slice(0, DONE_LINES));
}

async function refused(kept: Kept, waiting: Waiting, why: Refusal): Promise<Refusal> {
  if ("again" in why) await kept.change([], [{ ...waiting, photos: waiting.photos.map(unsent) }]);
  if ("held" in why) await kept.change([], [{ ...(await latest(kept, waiting)), held: why.held }]);
  return why;
}

const unsent = (photo: Photo): Photo => ({ ...photo, sha256: null, sent: 0 });
const latest = async (kept: Kept, { order, ...rest }: Waiting): Promise<Waiting> =>
  (await kept.queue()).find((each) => each.order === order) ?? { order, ...rest };

/** The names of all its photos; what was sent is kept at once, so that a line that breaks costs one photo at most. */
async function sendPhotos(kept: Kept, waiting: Waiting): Promise<string[]> {
  const photos = waiting.photos.map((each) =>
    Date.now() - each.sent > PICTURE_LASTS_MS ? unsent(each) : each,
  );
  for (const [n, photo] of photos.entries()) {
    if (photo.sha256 !== null) continue;
    const sha256 = await sendPhoto(photo.blob, "ticket").catch((error: unknown) => {
      throw error instanceof Problem && error.status === 422 ? photoRefused(error) : error;
    });
    photos[n] = { ...photo, sha256, sent: Date.now() };
    await kept.change([], [{ ...waiting, photos }]);
  }
  return photos.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]));
}

/** A photo that cannot be masked is another matter than an action that cannot be done. */
const photoRefused = ({ status, body, message }: Problem): Problem =>
  new Problem(status, { ...body, detail: message, photo: true });
