// What the page asks the centre for, and what it remembers of the answers for when there is no line.
import { problemOf, statusOf, unreachable } from "@/api/problem";
import { keep, kept } from "@/look/kept";
import type { FormAnswer, ReportState } from "./shapes";

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { Accept: "application/json" } }).catch(() => {
    throw unreachable();
  });
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as T;
}

export interface AskedForm {
  form: FormAnswer;
  /** The sign's code counts no more. */
  noSign: boolean;
  /** As it was when there was a line last. */
  old: boolean;
}

const nameOf = (at: string | null): string => `gewu report form ${at ?? ""}`;

/** What may be reported here, and where the sign is. Rejects where nobody knows. */
export async function askForm(at: string | null): Promise<AskedForm> {
  try {
    const form = await ask<FormAnswer>(`/api/v1/report-form${at ? `?at=${encodeURIComponent(at)}` : ""}`);
    keep(nameOf(at), JSON.stringify(form));
    return { form, noSign: false, old: false };
  } catch (error) {
    if (statusOf(error) === 404 && at !== null) return { ...(await askForm(null)), noSign: true };
    const known = statusOf(error) === 0 ? kept(nameOf(at)) : null;
    if (known === null) throw error;
    return { form: JSON.parse(known) as FormAnswer, noSign: false, old: true };
  }
}

export const askState = (token: string): Promise<ReportState> =>
  ask(`/api/v1/reports/${encodeURIComponent(token)}`);

/** The key of the session as it is by now; "" where nobody is signed in who may report. */
export async function sessionKey(): Promise<string> {
  const form = await ask<FormAnswer>("/api/v1/report-form");
  if (!form.signed_in) return "";
  const me = await ask<{ forgery_key: string }>("/api/me").catch((error: unknown) => {
    if (statusOf(error) === 401) return { forgery_key: "" };
    throw error;
  });
  return me.forgery_key;
}
