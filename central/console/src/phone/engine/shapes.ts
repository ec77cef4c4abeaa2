// What the phone keeps. Never a position of whoever carries it.
import type { Schema } from "@/api/client";

export type Line = Schema<"LogLine">;
export type Option = Schema<"OptionAnswer">;
export type Picture = Schema<"PictureAnswer">;
type Answer = Schema<"TicketAnswer">;

const KEPT = [
  "number", "state", "open", "version", "revision", "department", "post", "due_at", "kind", "severity", "place",
  "location", "cell", "since", "last_seen", "opened_at", "merged_into", "scene", "reasons", "evidence", "source", "zone",
] as const; // prettier-ignore

export type Brief = Pick<Answer, (typeof KEPT)[number]>;

/** A ticket as the phone keeps it. `actions` and `log` are null until all of it was fetched. */
export interface Ticket extends Brief {
  actions: Option[] | null;
  log: Line[] | null;
  /** When it was fetched whole, in milliseconds; 0: never. */
  whole: number;
}

export interface Photo {
  id: string;
  blob: Blob;
  /** What the centre calls its masked copy, and when it took it; the centre keeps one an hour that nothing shows. */
  sha256: string | null;
  sent: number;
}

/** Why something that waits is not sent by itself any more: somebody has to look. */
export interface Held {
  why: "changed" | "refused" | "photo";
  status?: number;
  code: string;
  text: string;
  values?: unknown;
  words?: unknown;
  version: number | null;
  since: Line[];
}

/** Something that is to be sent. `request` was made before it was sent for the first time. */
export interface Waiting {
  order: number;
  request: string;
  ticket: string;
  /** Null: words alone. */
  action: string | null;
  text: string;
  /** Of the ticket as it was seen; null until what it `follows` is done. */
  version: number | null;
  /** The request of one's own before it, on the same ticket. */
  follows: string | null;
  photos: Photo[];
  made: number;
  held: Held | null;
}

export interface Me {
  login: string;
  name: string;
  role: Schema<"MeAnswer">["role"];
  department: string | null;
  actions: string[];
}

export interface Done {
  ticket: string;
  action: string | null;
  at: number;
}

/** Small things that are kept by name. */
export interface Facts {
  me: Me;
  synced: number;
  zone: string | null;
  datum: "wgs84" | "gcj02";
  /** There were more tickets at the centre than the phone takes. */
  more: boolean;
  done: Done[];
  cell: string;
}

const LOG_LINES = 12;

/** Of an answer, whole or out of a list, what is kept. */
export function slim(answer: Answer & Partial<Schema<"WorkedTicket">>, now: number): Ticket {
  const brief = Object.fromEntries(KEPT.map((name) => [name, answer[name]])) as unknown as Brief;
  return {
    ...brief,
    actions: answer.actions ?? null,
    log: answer.log?.slice(-LOG_LINES) ?? null,
    whole: answer.actions ? now : 0,
  };
}

/** The newer brief with what was known of the whole, unless the ticket has changed since. */
export function joined(brief: Ticket, known: Ticket | undefined): Ticket {
  if (!known?.whole || brief.whole) return brief;
  return { ...brief, actions: known.actions, log: known.log, whole: same(brief, known) ? known.whole : 1 };
}

const same = (one: Brief, other: Brief): boolean =>
  one.version === other.version &&
  one.revision === other.revision &&
  one.evidence.filter(({ here }) => here).length === other.evidence.filter(({ here }) => here).length;
