// What came back where something could not be done. Pure.
import { Problem } from "@/api/problem";
import type { LogLine } from "./asking";

export interface Refused {
  /** Its word, for which there may be words of ours. */
  code: string;
  problem: Problem;
  /** What happened to the ticket meanwhile; of a stale version alone. */
  since: LogLine[];
  /** The version that it has now, where that was told. */
  version: number | null;
  /** No answer came: the same request may be sent again. */
  open: boolean;
}

export function refusedOf(error: unknown): Refused | null {
  if (!(error instanceof Problem)) return null;
  const { code, since, version } = error.body;
  return {
    code: typeof code === "string" ? code : "",
    problem: error,
    since: Array.isArray(since) ? (since as LogLine[]) : [],
    version: typeof version === "number" ? version : null,
    open: error.status === 0,
  };
}
