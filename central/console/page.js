// What every part of the page uses: elements, words, moments, questions to the centre.
import { words } from "./words.js";

export const $ = (id) => document.getElementById(id);
export const view = { language: language(), filter: "open", tickets: new Map(), next: null, nodes: null, counts: null };
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

export async function get(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? answer.statusText);
  return body;
}

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
