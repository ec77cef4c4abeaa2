// The phone's one engine: what is kept is shown at once, and agreed with the centre whenever there is a line.
import { api, given } from "@/api/client";
import { Problem } from "@/api/problem";
import { newRequest } from "@/requests";
import { alone } from "./alone";
import { awaySince, backAgain } from "./away";
import { askForWaking } from "./behind";
import { followers } from "./doing";
import { fetchAll, whole } from "./fetching";
import { fetchPicturesOf } from "./pictures";
import { forgetOthers, lastLogin, openKept, rememberLast, type Kept } from "./kept";
import { sendAll } from "./sending";
import { signOut, whoIs } from "./session";
import { NOTHING, type Snapshot } from "./snapshot";
import type { Photo, Ticket, Waiting } from "./shapes";

const ONLINE_MS = 60_000;
const SOON_MS = 10_000; // where there is no line, or something waits
const LOOKED = 20;

export interface Said {
  action: string | null;
  text: string;
  photos: Photo[];
}

export class Sync {
  private shown: Snapshot = NOTHING;
  private readonly listeners = new Set<() => void>();
  private kept: Kept | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private looked: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private order: (tickets: readonly Ticket[]) => Ticket[] = (tickets) => [...tickets];

  readonly snapshot = (): Snapshot => this.shown;
  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async start(): Promise<void> {
    const login = lastLogin();
    if (login !== null) await this.open(login).catch(() => this.show({ broken: true }));
    this.show({ started: true });
    addEventListener("online", () => void this.sync());
    addEventListener("offline", () => this.away());
    navigator.serviceWorker?.addEventListener("message", () => void this.sync()); // it sent something
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.sync();
    });
    void this.sync();
  }

  /** The nearest first, so that those are kept whole; the page knows where it is, and nobody else. */
  sortsBy(order: (tickets: readonly Ticket[]) => Ticket[]): void {
    this.order = order;
  }

  picture(sha256: string): Promise<Blob | undefined> {
    return this.kept?.picture(sha256) ?? Promise.resolve(undefined);
  }

  /** One round with the centre; asked for meanwhile, another follows. */
  sync(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.rounds().finally(() => (this.running = null));
    return this.running;
  }

  /** Somebody opened it: all of it is fetched, and stays while others come and go. */
  async look(number: string): Promise<void> {
    this.looked = [number, ...this.looked.filter((each) => each !== number)].slice(0, LOOKED);
    const { kept } = this;
    if (!kept || this.shown.offline !== null) return;
    try {
      await whole(kept, number);
      await fetchPicturesOf(kept, [number]);
      await this.reload();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Keeps it on the phone, and sends it when it can be sent. Rejects where the phone is full. */
  async does(ticket: Ticket, { action, text, photos }: Said): Promise<void> {
    const kept = this.mustKeep();
    const before = (await kept.queue()).findLast(
      (each) => each.ticket === ticket.number && each.action !== null,
    );
    const follows = action === null ? null : (before?.request ?? null);
    const version = action === null || follows ? null : ticket.version;
    const named = { request: newRequest(), ticket: ticket.number, action, text, version, follows, photos };
    await kept.add({ ...named, made: Date.now(), held: null });
    await this.reload();
    void this.sync();
  }

  /** What was held, once more on top of the ticket as it is now. Nothing was done under its request. */
  async allTheSame(waiting: Waiting, version: number): Promise<void> {
    await this.mustKeep().change([], [{ ...waiting, version, held: null }]);
    await this.reload();
    void this.sync();
  }

  /** What cannot be done any more, told as words with their photos. */
  async asComment(waiting: Waiting, text: string): Promise<void> {
    const kept = this.mustKeep();
    const said = {
      ...waiting,
      action: null,
      text,
      version: null,
      follows: null,
      held: null,
    };
    await kept.change([], [said, ...followers(await kept.queue(), waiting.request, waiting.version)]);
    await this.reload();
    void this.sync();
  }

  async withoutPhotos(waiting: Waiting): Promise<void> {
    await this.mustKeep().change([], [{ ...waiting, photos: [], held: null }]);
    await this.reload();
    void this.sync();
  }

  async drop(waiting: Waiting): Promise<void> {
    const kept = this.mustKeep();
    await kept.change([waiting.order], followers(await kept.queue(), waiting.request, waiting.version));
    await this.reload();
    void this.sync();
  }

  async livesIn(cell: string): Promise<void> {
    await this.mustKeep().say("cell", cell);
    await this.reload();
  }

  /** Everything of this account leaves the phone, also what was not sent. */
  async leave(): Promise<void> {
    clearTimeout(this.timer);
    const kept = this.kept;
    this.kept = null;
    await signOut();
    await kept?.destroy();
    location.replace("/phone");
  }

  private mustKeep(): Kept {
    if (!this.kept) throw new Error("nobody is signed in");
    return this.kept;
  }

  private async rounds(): Promise<void> {
    clearTimeout(this.timer);
    this.show({ syncing: true });
    do {
      this.again = false;
      if (navigator.onLine === false) this.away();
      else await alone(() => this.round()).catch((error: unknown) => this.failed(error));
    } while (this.again);
    this.show({ syncing: false });
    const waits = this.shown.queue.some(({ held }) => !held);
    if (waits) void askForWaking();
    this.timer = setTimeout(
      () => (document.visibilityState === "visible" ? void this.sync() : undefined),
      this.shown.offline === null && !waits ? ONLINE_MS : SOON_MS,
    );
  }

  private async round(): Promise<void> {
    const me = await whoIs();
    if (this.kept?.login !== me.login) await this.begin(me.login);
    const kept = this.mustKeep();
    await kept.say("me", me);
    backAgain();
    this.show({ me, signIn: false, offline: null });
    const told = () => this.reload();
    const outcome = await sendAll(kept, told);
    if (outcome === "sign in") throw new Problem(401, {});
    await this.settings(kept);
    await fetchAll(kept, me, this.order, this.looked, told);
    await this.lookAgain(kept);
    await kept.say("synced", Date.now());
    await this.reload();
  }

  private async settings(kept: Kept): Promise<void> {
    if (this.shown.settled) return;
    const [centre, map] = await Promise.all([
      given(api.GET("/api/centre")),
      given(api.GET("/api/map/settings")),
    ]);
    await kept.say("zone", centre.time_zone);
    await kept.say("datum", map.base.datum);
    this.show({ settled: true });
  }

  /** Where something is held, the ticket has to be there as it is now, so that one can see why. */
  private async lookAgain(kept: Kept): Promise<void> {
    for (const { ticket, held } of await kept.queue()) if (held) await whole(kept, ticket);
  }

  private async begin(login: string): Promise<void> {
    this.kept?.close();
    this.kept = null;
    this.show({ ...NOTHING, started: true, syncing: true });
    await forgetOthers(login);
    await this.open(login);
    rememberLast(login);
    void navigator.storage?.persist?.();
  }

  private async open(login: string): Promise<void> {
    this.kept = await openKept(login, Date.now());
    await this.reload();
  }

  private async reload(): Promise<void> {
    const { kept } = this;
    if (!kept) return;
    const [tickets, queue, me, synced, zone, datum, more, done, cell] = await Promise.all([
      kept.tickets(),
      kept.queue(),
      kept.fact("me"),
      kept.fact("synced"),
      kept.fact("zone"),
      kept.fact("datum"),
      kept.fact("more"),
      kept.fact("done"),
      kept.fact("cell"),
    ]);
    if (kept !== this.kept) return;
    const facts = { zone, datum: datum ?? "wgs84", more: more ?? false, done: done ?? [], cell: cell ?? "" };
    this.show({ me, tickets, queue, synced, ...facts });
  }

  private failed(error: unknown): void {
    const status = error instanceof Problem ? error.status : null;
    if (status === 401) this.show({ signIn: true, offline: null });
    else if (status === 0) this.away();
    else this.show({ trouble: error instanceof Error ? error.message : String(error) });
  }

  private away(): void {
    if (this.shown.offline === null) this.show({ offline: awaySince(Date.now()) });
  }

  private show(part: Partial<Snapshot>): void {
    this.shown = { ...this.shown, ...(part.offline === null ? { trouble: null } : {}), ...part };
    for (const each of this.listeners) each();
  }
}
