import type { Schema } from "@/api/client";
import type { Given as Refusal } from "@/words/problems";

export type FormAnswer = Schema<"FormAnswer">;
export type ReportAnswer = Schema<"ReportAnswer">;
export type ReportState = Schema<"ReportState">;

/** Where it is: a sign that knows its place, or a position. */
export type Spot =
  { at: string; name: string } | { longitude: number; latitude: number; accuracy_m?: number };

/** What is not sent yet, as it was left. */
export interface Draft {
  kind: string | null;
  text: string;
  spot: Spot | null;
  photo: Blob | null;
}

export const NO_DRAFT: Draft = { kind: null, text: "", spot: null, photo: null };

/** A report as it is sent, under a name made on the phone: sent twice it is one. */
export interface Named {
  id: string;
  kind: string;
  text: string;
  seen: string;
  at?: string;
  longitude?: number;
  latitude?: number;
  accuracy_m?: number;
}

/** A report that was not answered yet. */
export interface Entry {
  order: number;
  report: Named;
  photo: Blob | null;
  /** Told by somebody who was signed in: it is sent within a session alone. */
  signedIn: boolean;
  made: number;
  tries: number;
  photoLost: boolean;
}

/** What became of one that was sent. */
export interface Told {
  entry: Entry;
  answer: ReportAnswer | null;
  /** Why it was not taken. */
  why: Refusal | null;
}
