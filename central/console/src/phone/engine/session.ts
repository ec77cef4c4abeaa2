// Who is signed in, and signing in and out without leaving the page.
import { api, given, type Schema } from "@/api/client";
import { keepForgeryKey } from "@/api/forgery";
import { problemOf, unreachable } from "@/api/problem";
import type { Me } from "./shapes";

const OUT = "gewu phone out"; // somebody signed out while there was no line

/** Whether somebody touched the page since the last time; what a page asks by itself keeps no session alive. */
let touched = true;
addEventListener("pointerdown", () => (touched = true), { passive: true });

/** Raises a Problem: 401 where nobody is signed in. */
export async function whoIs(): Promise<Me> {
  if (localStorage.getItem(OUT) !== null) await endForGood();
  const quiet: Record<string, string> = touched ? {} : { "X-Gewu-Quiet": "1" };
  const me = (await ask("/api/me", { headers: quiet }).then((answer) => answer.json())) as Schema<"MeAnswer">;
  touched = false;
  keepForgeryKey(me.forgery_key);
  const { login, name, role, department, actions } = me;
  return { login, name, role, department, actions };
}

async function ask(path: string, options: RequestInit): Promise<Response> {
  const answer = await fetch(path, options).catch(() => {
    throw unreachable();
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

export async function signIn(login: string, password: string): Promise<void> {
  await api.POST("/api/signin", { body: { login, password } });
  localStorage.removeItem(OUT);
}

export const waysIn = (): Promise<Schema<"WaysAnswer">> => given(api.GET("/api/signin"));

/** Where there is no line, the session is ended as soon as there is one, before anything else. */
export async function signOut(): Promise<void> {
  localStorage.setItem(OUT, "1");
  await endForGood().catch(() => null);
}

async function endForGood(): Promise<void> {
  const answer = await fetch("/api/me", { headers: { "X-Gewu-Quiet": "1" } }).catch(() => {
    throw unreachable();
  });
  if (answer.ok) {
    keepForgeryKey(((await answer.json()) as Schema<"MeAnswer">).forgery_key);
    await api.POST("/api/signout");
  } else if (answer.status !== 401) throw await problemOf(answer);
  localStorage.removeItem(OUT);
}
