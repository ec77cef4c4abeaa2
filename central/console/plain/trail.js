// Everything that happened to a ticket, oldest first, and a field for words of one's own.
import { may } from "./bar.js";
import { newRequest } from "./deeds.js";
import { $, change, get, make, say, when } from "./page.js";
import { photoField, uploaded } from "./photos.js";

const writing = { ticket: null, text: "", files: null, request: newRequest(), said: "" };

export function showTrail(ticket, trail, shot, reload) {
  const list = make("ol", { className: "traces" }, ...trail.items.map((line) => trace(ticket, line, shot)));
  const parts = [make("h2", { textContent: say("trail") }), list];
  if (trail.next) parts.push(more(ticket, trail, shot, reload));
  if (may("ticket.work")) parts.push(comment(ticket, reload));
  $("trail").hidden = false;
  $("trail").replaceChildren(...parts);
}

function trace(ticket, line, shot) {
  const what = line.action && line.sort === "action" ? say("actions")[line.action] : say("effects")[line.effect] ?? line.effect;
  const from = line.who ?? (line.sort === "action" || line.source === "centre" ? say("centre") : line.source.split("/").at(-1));
  const plain = line.who && line.reason.text === `${line.action} by ${line.who}`; // nothing that is not said already
  const told = make("div", {}, plain ? null : make("p", { textContent: line.reason.text }), make("p", { className: "from", textContent: [from, ...details(line)].join(" · ") }));
  const pictures = line.pictures.filter((picture) => picture.here && picture.media_type.startsWith("image/"));
  if (pictures.length) told.append(make("div", { className: "shots" }, ...pictures.map((picture) => shot(ticket, pictures, picture))));
  const stamp = make("time", { textContent: when(line.at), dateTime: line.at });
  return make("li", { className: line.sort }, stamp, make("b", { textContent: what }), told);
}

function details(line) {
  const told = line.action ? [say("states")[line.state] ?? line.state] : [];
  for (const [name, value] of Object.entries(line.details ?? {})) {
    if (name === "reasons") told.push(...value.slice(1).map((reason) => reason.text));
    else if (name in say("fields")) told.push(`${say("fields")[name]} ${name === "until" ? when(value) : name === "level" ? say("levels")[value] : value}`);
    else if (name === "amount_s") told.push(`${say("fields").amount} ${Math.round(value / 360) / 10} h`);
  }
  return told;
}

function more(ticket, trail, shot, reload) {
  const button = make("button", { className: "more", type: "button", textContent: say("more") });
  button.addEventListener("click", async () => {
    const page = await get(`/api/tickets/${ticket.number}/trail?cursor=${encodeURIComponent(trail.next)}`);
    Object.assign(trail, { items: [...trail.items, ...page.items], next: page.next });
    showTrail(ticket, trail, shot, reload);
  });
  return button;
}

function comment(ticket, reload) {
  if (writing.ticket !== ticket.number) Object.assign(writing, { ticket: ticket.number, text: "", files: null, said: "" });
  const text = make("textarea", { rows: 2, maxLength: 240, required: true, value: writing.text });
  text.addEventListener("input", () => { writing.text = text.value; });
  const label = make("label", {}, make("span", { textContent: say("commentHint") }), text);
  const said = make("p", { className: "trouble", role: "alert", textContent: writing.said });
  const form = make("form", { className: "form", method: "post" }, ...[label, photoField(writing), said].filter(Boolean), make("button", { className: "main", type: "submit", textContent: say("comment") }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const pictures = await uploaded(writing.files);
      await change("POST", `/api/tickets/${ticket.number}/comments`, { text: writing.text, request: writing.request, pictures });
      Object.assign(writing, { text: "", files: null, said: "", request: newRequest() });
    } catch (refused) {
      Object.assign(writing, { said: refused.status === 422 ? say("notWritable") : refused.message });
      if (refused.status) writing.request = newRequest();
    }
    await reload();
  });
  return form;
}
