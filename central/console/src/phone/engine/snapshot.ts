import type { Done, Me, Ticket, Waiting } from "./shapes";

/** All that the page shows. Moments in milliseconds. */
export interface Snapshot {
  started: boolean;
  /** This browser keeps nothing: a private window, or a full disk. */
  broken: boolean;
  me: Me | null;
  /** The centre wants to know who it is. */
  signIn: boolean;
  /** Since when there is no line; null: there is one. */
  offline: number | null;
  syncing: boolean;
  synced: number | null;
  settled: boolean;
  trouble: string | null;
  tickets: Ticket[];
  queue: Waiting[];
  zone: string | null;
  datum: "wgs84" | "gcj02";
  more: boolean;
  done: Done[];
  cell: string;
}

export const NOTHING: Snapshot = {
  started: false,
  broken: false,
  me: null,
  signIn: false,
  offline: null,
  syncing: false,
  synced: null,
  settled: false,
  trouble: null,
  tickets: [],
  queue: [],
  zone: null,
  datum: "wgs84",
  more: false,
  done: [],
  cell: "",
};
