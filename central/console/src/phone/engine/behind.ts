// What waits is sent when there is a line again, also while no page is open: the browser wakes the service worker for
// it (Background Sync: Chromium has it). Where there is no such thing, the page sends it when it is opened.
import { keepForgeryKey } from "@/api/forgery";
import type { Schema } from "@/api/client";
import { alone } from "./alone";
import { isKept, Kept } from "./kept";
import { sendAll } from "./sending";

export const BEHIND = "gewu phone";

interface Registration extends ServiceWorkerRegistration {
  sync?: { register: (tag: string) => Promise<void> };
}

/** By the page: something waits. */
export async function askForWaking(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = (await navigator.serviceWorker.getRegistration()) as Registration | undefined;
  await registration?.sync?.register(BEHIND).catch(() => undefined); // switched off: the page sends it
}

/** By the service worker: what whoever is signed in left to be sent. Rejects where the browser has to try again. */
export async function sendBehind(): Promise<void> {
  const answer = await fetch("/api/me", { headers: { "X-Gewu-Quiet": "1" } });
  if (answer.status === 401) return; // the page asks who it is
  if (!answer.ok) throw new Error(`the centre answers ${answer.status}`);
  const { login, forgery_key } = (await answer.json()) as Schema<"MeAnswer">;
  if (!(await isKept(login))) return;
  keepForgeryKey(forgery_key);
  await alone(() => sendOf(login));
}

async function sendOf(login: string): Promise<void> {
  const kept = await Kept.of(login);
  try {
    if ((await sendAll(kept, () => Promise.resolve())) === "later") throw new Error("not all of it was sent");
  } finally {
    kept.close();
  }
}
