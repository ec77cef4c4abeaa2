// The one connection to `/api/stream`: it comes back by itself and resumes after the last event it saw.
import { problemOf } from "@/api/problem";
import { Messages, type Message } from "./messages";

export type State = { on: "connecting" | "live" } | { on: "lost"; since: number };
export interface Hears {
  /** The line stands. `resumed`: what happened meanwhile comes as messages; else it has to be asked for. `at`: the place it goes on from. */
  hello(resumed: boolean, at: number): void;
  messages(told: Message[]): void;
  /** Nobody is signed in any more. */
  ended(): void;
  state(state: State): void;
}

const SILENT_MS = 40_000; // the centre says something every 15 s
const FIRST_MS = 1_000;
const LONGEST_MS = 10_000;

/** How long to wait before the next attempt, in milliseconds; `chance` in 0..1 spreads many pages out. */
export const pause = (failures: number, chance: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1)) * (0.75 + chance / 2);

export class Line {
  #last: string | null = null;
  #failures = 0;
  #lost: number | null = null;
  #ends: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly hears: Hears) {}

  open(): void {
    if (this.#ends) return;
    clearTimeout(this.#timer);
    this.#ends = new AbortController();
    void this.#run(this.#ends);
  }

  /** Hangs up; `open` resumes where this left off. */
  close(): void {
    clearTimeout(this.#timer);
    this.#ends?.abort();
    this.#ends = null;
  }

  async #run(ends: AbortController): Promise<void> {
    try {
      await this.#listen(ends);
    } catch {
      // Whatever broke it: the line is gone, and the next one resumes.
    }
    if (this.#ends !== ends) return;
    this.#ends = null;
    this.#gone();
  }

  async #listen(ends: AbortController): Promise<void> {
    const asked = this.#last;
    const headers: HeadersInit = { Accept: "text/event-stream", "X-Gewu-Quiet": "1" };
    if (asked !== null) headers["Last-Event-ID"] = asked;
    const answer = await fetch("/api/stream", { headers, signal: ends.signal, cache: "no-store" });
    if (answer.status === 401) return this.hears.ended();
    if (!answer.ok || !answer.body) throw await problemOf(answer);
    await this.#read(answer.body.getReader(), asked, ends);
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>, asked: string | null, ends: AbortController) {
    const messages = new Messages();
    const decoder = new TextDecoder();
    for (;;) {
      const silent = setTimeout(() => ends.abort(), SILENT_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silent));
      if (done || this.#ends !== ends) return;
      this.#told(messages.take(decoder.decode(value, { stream: true })), asked);
    }
  }

  #told(told: Message[], asked: string | null): void {
    for (const message of told) if (message.id !== null) this.#last = message.id;
    const hello = told.find(({ event }) => event === "hello");
    if (hello) {
      this.#failures = 0;
      this.#lost = null;
      this.hears.hello(asked !== null && hello.id === asked, Number(hello.id));
      this.hears.state({ on: "live" });
    }
    const news = told.filter(({ event }) => event !== "hello");
    if (news.length) this.hears.messages(news);
  }

  #gone(): void {
    this.#failures += 1;
    this.#lost ??= Date.now();
    this.hears.state({ on: "lost", since: this.#lost });
    this.#timer = setTimeout(() => this.open(), pause(this.#failures, Math.random()));
  }
}
