// Reports that were not answered yet, kept on the phone until the centre has them. What is told of the network: nothing.
import { problemOf } from "@/api/problem";
import { Problem, unreachable } from "@/api/problem";
import { forgeryKey, keepForgeryKey } from "@/api/forgery";
import { sendPhoto } from "@/offline/sendPhoto";
import type { Store } from "./store";
import type { Entry, ReportAnswer, Told } from "./shapes";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const MOST_PHOTO_TRIES = 5; // then the report goes without it
const OLDEST_MS = 6 * 86_400_000; // the centre takes nothing that is much older

export interface Line {
  waits: readonly Entry[];
  told: readonly Told[];
}

type SessionKey = () => Promise<string>;

export class Outbox {
  private shown: Line = { waits: [], told: [] };
  private readonly listeners = new Set<() => void>();
  private busy = false;
  private again = false;
  private wait = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** key: of the session as it is by now, "" without one; rejects where nobody can say. */
  constructor(
    private readonly store: Store,
    private readonly key: SessionKey,
  ) {}

  readonly now = (): Line => this.shown;
  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async put(entry: Omit<Entry, "order">): Promise<void> {
    // Where the phone has no room for the photo, the report goes without it.
    await this.store
      .add(entry)
      .catch(() => this.store.add({ ...entry, photo: null, photoLost: entry.photo !== null }));
    await this.reload();
  }

  async forget({ order }: Entry): Promise<void> {
    await this.store.remove(order);
    await this.reload();
  }

  /** Until each is answered; by itself again later where not. */
  async sendAll(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    clearTimeout(this.timer);
    await this.reload();
    const away = this.shown.waits.length > 0 && !(await this.round());
    this.busy = false;
    await this.reload();
    this.wait = away ? Math.min(2 * this.wait, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    if (this.again) {
      this.again = false;
      return this.sendAll();
    }
    if (this.shown.waits.length) this.timer = setTimeout(() => void this.sendAll(), this.wait);
  }

  /** False: something waits for later. */
  private async round(): Promise<boolean> {
    const key = navigator.onLine === false ? null : await this.key().catch(() => null);
    if (key === null) return false;
    keepForgeryKey(key);
    for (const entry of this.shown.waits.filter(({ signedIn }) => key !== "" || !signedIn)) {
      if (Date.now() - entry.made > OLDEST_MS) await this.store.remove(entry.order);
      else if (!(await this.sendOne(entry))) return false;
      await this.reload();
    }
    return true;
  }

  private async sendOne(entry: Entry): Promise<boolean> {
    try {
      const pictures = await this.photo(entry);
      await this.answered(entry, await post({ ...entry.report, pictures }), null);
      return true;
    } catch (error) {
      if (!(error instanceof Problem) || later(error.status)) return false;
      const { status, body, message } = error;
      await this.answered(entry, null, { ...body, status, text: message });
      return true;
    }
  }

  private async answered(entry: Entry, answer: ReportAnswer | null, why: Told["why"]): Promise<void> {
    await this.store.remove(entry.order);
    this.show({ told: [{ entry, answer, why }, ...this.shown.told] });
  }

  /** A photo that is refused, or that cannot be taken for long, is left behind: the report matters more. */
  private async photo(entry: Entry): Promise<string[]> {
    if (!entry.photo) return [];
    try {
      return [await sendPhoto(entry.photo, "report")];
    } catch (error) {
      const status = error instanceof Problem ? error.status : 0;
      entry.tries += status === 0 ? 0 : 1;
      await this.store.put(entry);
      if (later(status) && entry.tries < MOST_PHOTO_TRIES) throw error;
      entry.photoLost = true;
      return [];
    }
  }

  private async reload(): Promise<void> {
    this.show({ waits: await this.store.all() });
  }

  private show(part: Partial<Line>): void {
    this.shown = { ...this.shown, ...part };
    this.listeners.forEach((each) => each());
  }
}

const later = (status: number): boolean => status === 0 || status === 429 || status >= 500;

async function post(body: object): Promise<ReportAnswer> {
  const key = forgeryKey();
  const headers: Record<string, string> = { Accept: "application/json", "Content-Type": "application/json" };
  if (key) headers["X-Gewu-Forgery-Key"] = key;
  const asked = { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch("/api/v1/reports", asked).catch(() => {
    throw unreachable();
  });
  if (!answer.ok) throw await problemOf(answer);
  // An answer that breaks off is none.
  return (await answer.json().catch(() => {
    throw unreachable();
  })) as ReportAnswer;
}
