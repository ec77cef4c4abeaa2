// What every part of the page uses: elements, words, moments, questions to the centre.
import { words } from "./words.js";

export const $ = (id) => document.getElementById(id);
export const view = { language: language(), filter: "open", tickets: new Map(), next: null, nodes: null, counts: null, me: null };
export const say = (key) => words[view.language][key];

/** An element from a tag, properties and children; text is only ever set as text. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function language() {
  const kept = localStorage.getItem("language");
  return kept in words ? kept : navigator.language.startsWith("zh") ? "zh" : "en";
}

/** An answer that is an error; `status` tells which, `body` all of it. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.detail ?? `${status}`);
    this.status = status;
    this.body = body;
  }
}

export async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: { Accept: "application/json", ...options.headers } });
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Refused(answer.status, body ?? {});
  return body;
}

const sendingAway = (refused) => {
  if (refused.status === 401) toSignIn();
  throw refused;
};

/** `quiet`: the page asks by itself, which is no sign that somebody is there. */
export const get = (path, { quiet = false } = {}) =>
  ask(path, quiet ? { headers: { "X-Gewu-Quiet": "1" } } : {}).catch(sendingAway);

/** A change, with the key that proves that this page makes it. `body`: a blob, or what becomes JSON. */
export function change(method, path, body) {
  const plain = body instanceof Blob;
  const headers = { "Content-Type": plain ? body.type : "application/json", "X-Gewu-Forgery-Key": view.me?.forgery_key ?? "" };
  return ask(path, { method, headers, body: plain ? body : body && JSON.stringify(body) }).catch(sendingAway);
}

/** To the sign-in page, and back to here from there. */
export function toSignIn() {
  sessionStorage.setItem("back", location.pathname + location.hash);
  location.replace("/signin");
}

/** A picture of a ticket; the ticket is the reason that the audit gets. */
export const pictureUrl = (ticket, picture) => `${picture.url}/picture?reason=${encodeURIComponent(ticket.number)}`;

export function when(stamp) {
  const moment = new Date(stamp);
  const today = moment.toDateString() === new Date().toDateString();
  const day = today ? {} : { month: "short", day: "numeric" };
  const locale = view.language === "zh" ? "zh-CN" : "en-GB";
  return moment.toLocaleString(locale, { ...day, hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function span(ticket) {
  const end = ticket.cleared_at ? new Date(ticket.cleared_at) : new Date();
  const seconds = Math.max(0, Math.round((end - new Date(ticket.since)) / 1000));
  const [s, m, h, d] = say("units");
  const gap = view.language === "zh" ? "" : " ";
  if (seconds < 60) return `${seconds}${gap}${s}`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${gap}${m} ${seconds % 60}${gap}${s}`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}${gap}${h} ${Math.floor((seconds % 3600) / 60)}${gap}${m}`;
  return `${Math.floor(seconds / 86400)}${gap}${d} ${Math.floor((seconds % 86400) / 3600)}${gap}${h}`;
}
