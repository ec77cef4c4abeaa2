// What the live stream tells goes into the pages' caches, so that every page shows it by itself.
import type { QueryClient } from "@tanstack/react-query";
import type { Schema } from "@/api/client";
import { toSignIn } from "@/api/signedout";
import { Line, type State } from "./line";
import type { Message } from "./messages";
import { withTickets } from "./patching";

export type Change = Schema<"ChangeAnswer">;
type Listener = (changes: Change[]) => void;
type Told = (data: unknown) => void;

const HIDDEN_MS = 60_000; // a page that nobody sees gives its line back, and resumes when it is seen
const AGAIN_MS = 1_000; // lists are asked for again at most this often, however much happens
/** Topics (the first word of a query's key) that a change of a ticket can touch. */
const TOUCHED = ["tickets", "ticket", "summary"];
/** Of what may have changed before the first line stood, and would have been told by it. */
const MISSED = [...TOUCHED, "health"];

export class Live {
  #state: State = { on: "connecting" };
  #from: number | null = null;
  #watchers = new Set<() => void>();
  #listeners = new Set<Listener>();
  #told = new Map<string, Set<Told>>();
  #line: Line;
  #hidden: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #started = false;

  constructor(private readonly queries: QueryClient) {
    this.#line = new Line({
      hello: (resumed, at) => this.#hello(resumed, at),
      messages: (told) => this.#messages(told),
      ended: () => toSignIn(),
      state: (state) => this.#is(state),
    });
  }

  /** Opens the line once; it stays for as long as the page does. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#line.open();
    addEventListener("online", () => this.#line.open());
    document.addEventListener("visibilitychange", () => this.#seen(!document.hidden));
  }

  /** The place in the stream from which the line tells of changes; null before it stands. */
  get from(): number | null {
    return this.#from;
  }

  get state(): State {
    return this.#state;
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Tells of every batch of changes, after the caches have them. Returns how to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells of every event of another name than `ticket`, such as `ask`. Returns how to stop. */
  hear(event: string, told: Told): () => void {
    const all = this.#told.get(event) ?? new Set<Told>();
    this.#told.set(event, all.add(told));
    return () => all.delete(told);
  }

  #seen(visible: boolean): void {
    clearTimeout(this.#hidden);
    if (visible) this.#line.open();
    else this.#hidden = setTimeout(() => this.#line.close(), HIDDEN_MS);
  }

  #is(state: State): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }

  /**
   * The first line: what was asked for before it stood may have missed a change that it would have told of. A line that
   * resumes tells of tickets by itself, and everything else is asked for again; after one that does not, all is.
   */
  #hello(resumed: boolean, at: number): void {
    const first = this.#from === null;
    this.#from = at;
    const asked = (topic: string) =>
      first ? MISSED.includes(topic) : resumed ? !TOUCHED.includes(topic) : true;
    void this.queries.invalidateQueries({ predicate: ({ queryKey }) => asked(queryKey[0] as string) });
  }

  #messages(told: Message[]): void {
    for (const { event, data } of told)
      for (const hears of this.#told.get(event) ?? []) hears(JSON.parse(data) as unknown);
    const changes = told
      .filter(({ event }) => event === "ticket")
      .map(({ data }) => JSON.parse(data) as Change);
    if (!changes.length) return;
    const tickets = new Map(changes.map(({ ticket }) => [ticket.number, ticket]));
    this.queries.setQueriesData({ queryKey: ["tickets"] }, (known: unknown) => withTickets(known, tickets));
    this.#askAgain();
    for (const listener of this.#listeners) listener(changes);
  }

  #askAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      for (const topic of TOUCHED) void this.queries.invalidateQueries({ queryKey: [topic] });
    }, AGAIN_MS);
  }
}
