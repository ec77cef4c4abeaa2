// What may be done with a ticket: a button for each action, with the fields that it needs.
import { $, change, make, say, view, when } from "./page.js";
import { photoField, uploaded } from "./photos.js";

const TYPES = { until: "datetime-local", department: "text", post: "text", into: "text", amount: "text" };
const EXAMPLES = { into: "T-000012", amount: "4h" };
const chosen = { ticket: null, action: null, request: null, values: {}, files: null, since: [], said: "" };

/** `reload` gets the ticket as it is now. */
export function showDeeds(ticket, reload) {
  if (chosen.ticket !== ticket.number) forget(ticket.number);
  const able = ticket.actions.filter((option) => option.allowed);
  if (chosen.action && !able.some((option) => option.action === chosen.action)) Object.assign(chosen, { action: null });
  const parts = [make("h2", { textContent: say("deeds") })];
  parts.push(make("div", { className: "does" }, ...able.map((option) => starter(ticket, option, reload))));
  if (!able.length) parts.push(make("p", { className: "hint", textContent: say("nothingToDo") }));
  if (chosen.since.length) parts.push(sinceThen());
  const option = able.find((each) => each.action === chosen.action);
  if (option) parts.push(fields(ticket, option, reload));
  else if (chosen.said) parts.push(make("p", { className: "trouble", role: "alert", textContent: chosen.said }));
  parts.push(whyNot(ticket));
  $("deeds").hidden = false;
  $("deeds").replaceChildren(...parts);
}

function forget(number) {
  Object.assign(chosen, { ticket: number, action: null, request: null, values: {}, files: null, since: [], said: "" });
}

function starter(ticket, option, reload) {
  const button = make("button", { className: "plain", type: "button", textContent: say("actions")[option.action] });
  button.setAttribute("aria-pressed", chosen.action === option.action);
  button.dataset.action = option.action;
  button.addEventListener("click", () => {
    forget(ticket.number);
    Object.assign(chosen, { action: option.action, request: newRequest() });
    if (option.needed.length || shows(option)) showDeeds(ticket, reload);
    else send(ticket, option, reload);
  });
  return button;
}

const shows = (option) => option.besides.includes("pictures") && view.casework?.pictures;

function fields(ticket, option, reload) {
  const names = [...option.needed, ...option.besides].filter((name) => name !== "pictures");
  const inputs = names.map((name) => field(name, option.needed.includes(name)));
  if (shows(option)) inputs.push(photoField(chosen));
  const said = make("p", { className: "trouble", role: "alert", textContent: chosen.said });
  const go = make("button", { className: "main", type: "submit", textContent: say("actions")[option.action] });
  const form = make("form", { className: "form", method: "post" }, ...inputs, said, go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go.disabled = true;
    send(ticket, option, reload);
  });
  return form;
}

function field(name, required) {
  const kept = chosen.values[name] ?? "";
  const input = name === "reason" ? make("textarea", { rows: 2, maxLength: 240, value: kept })
    : name === "level" ? make("select", {}, ...Object.entries(say("levels")).map(([value, textContent]) => make("option", { value, textContent })))
    : make("input", { type: TYPES[name], value: kept, placeholder: EXAMPLES[name] ?? "", maxLength: 64 });
  if (name === "level") chosen.values.level ??= input.value;
  Object.assign(input, { required, name });
  input.addEventListener("input", () => { chosen.values[name] = input.value; });
  return make("label", {}, make("span", { textContent: say("fields")[name] + (required ? "" : ` (${say("optional")})`) }), input);
}

async function send(ticket, option, reload) {
  const body = { action: option.action, version: ticket.version, request: chosen.request };
  for (const [name, value] of Object.entries(chosen.values)) if (value) body[name] = name === "until" ? new Date(value).toISOString() : value.trim();
  try {
    if (chosen.files?.length) body.pictures = await uploaded(chosen.files);
    await change("POST", `/api/tickets/${ticket.number}/actions`, body);
    forget(ticket.number);
  } catch (refused) {
    Object.assign(chosen, troubleOf(refused));
  }
  await reload();
}

/** What was typed stays; after a refusal the next try is a new request, after a broken line the same one. */
function troubleOf(refused) {
  const { code, since } = refused.body ?? {};
  if (!refused.status) return { said: say("sendFailed") };
  const request = newRequest();
  if (code === "changed_since") return { request, since: since ?? [], said: say("changedSince") };
  return { request, since: [], said: say("refusals")[code] ?? refused.message };
}

function sinceThen() {
  const lines = chosen.since.map((line) => make("li", { textContent: `${when(line.at)} · ${line.who ?? say("centre")} · ${say("actions")[line.action] ?? line.action} · ${line.reason.text}` }));
  return make("div", { className: "since", role: "status" }, make("b", { textContent: say("sinceThen") }), make("ul", {}, ...lines));
}

function whyNot(ticket) {
  const rows = ticket.actions.filter((option) => !option.allowed).map((option) => make("li", {},
    make("b", { textContent: say("actions")[option.action] }), say("refusals")[option.why_not.code] ?? option.why_not.text));
  const details = make("details", {}, make("summary", { textContent: say("whyNot") }), make("ul", { className: "whynot" }, ...rows));
  details.open = $("deeds").querySelector("details")?.open ?? false;
  return details;
}

/** An id that nobody else gives; `randomUUID` is there under https alone. */
export const newRequest = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
