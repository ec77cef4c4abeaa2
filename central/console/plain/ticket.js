// One ticket: where it stands, what may be done with it, and everything that happened to it.
import { showBar, whoAmI } from "./bar.js";
import { showDeeds } from "./deeds.js";
import { $, get, make, say, span, view, when } from "./page.js";
import { readingTable } from "./readings.js";
import { showTrail } from "./trail.js";
import { enlarge } from "./viewer.js";

const RETRY_MS = 3000;
const NAMED = { viewer: "enlarge", before: "previous", after: "next", deeds: "deeds", trail: "trail", head: "ticket" };
const number = () => decodeURIComponent(location.hash.slice(1));
let stream = null;
let asked = 0;

const inWords = (named) => (view.language === "zh" ? named.zh : named.en);

function showHead(ticket) {
  document.title = `${ticket.number} · Gewu 格物`;
  const badges = make("p", { className: "badges" }, make("span", { className: `state ${ticket.open ? "open" : "cleared"}`, textContent: say("states")[ticket.state] ?? ticket.state }));
  if (ticket.held_from) badges.append(make("span", { className: "state quiet", textContent: say("states")[ticket.held_from] }));
  if (ticket.severity === "high") badges.append(make("span", { className: "state high", textContent: say("high") }));
  badges.append(make("span", { className: "state quiet", textContent: say("scenes")[ticket.scene] }), make("span", { className: "number", textContent: ticket.number }));
  const place = make("p", { className: "place", textContent: ticket.place ?? ticket.source.name ?? ticket.source.id });
  const steps = make("ol", { className: "steps" }, ...ticket.steps.map((step) => {
    const item = make("li", { className: step.at ?? "", textContent: inWords(step) });
    if (step.at === "now") item.setAttribute("aria-current", "step");
    return item;
  }));
  $("head").replaceChildren(badges, make("h2", { textContent: inWords(ticket.kind) }), place, steps, facts(ticket));
  const now = steps.querySelector(".now");
  if (now) steps.scrollLeft = now.offsetLeft - (steps.clientWidth - now.clientWidth) / 2;
}

function facts(ticket) {
  const late = ticket.due_at && ticket.open && new Date(ticket.due_at) < new Date();
  const rows = [
    ["duration", span(ticket)], ["since", when(ticket.since)], ["department", [ticket.department, ticket.post].filter(Boolean).join(" · ")],
    ["level", say("levels")[ticket.level]], ["dueAt", ticket.due_at && when(ticket.due_at), late ? "overdue" : ""],
    ["heldUntil", ticket.hold_until && when(ticket.hold_until)], ["handledBy", ticket.handled_by.join(", ")],
    ["heldBy", ticket.kept.holds.map((hold) => `#${hold.hold} ${hold.reason} (${when(hold.since)})`).join("; "), "held"],
    ["picturesUntil", until(ticket, "pictures")], ["keptUntil", until(ticket, "tickets")],
    ["mergedInto", ticket.merged_into], ["cell", ticket.cell], ["source", ticket.source.name ?? ticket.source.id],
    ...flown(ticket),
  ].filter(([, value]) => value);
  return make("dl", { className: "times" }, ...rows.map(([key, value, mark = ""]) =>
    make("div", {}, make("dt", { textContent: say(key) }), make("dd", { className: mark, textContent: value }))));
}

/** Of what a drone found: on which flight, from how high, and how well its place is known. */
function flown(ticket) {
  if (!ticket.flight) return [];
  const metres = (value) => (value === null || value === undefined ? "" : `${Number(value.toPrecision(3))} m`);
  return [["flight", ticket.flight.id], ["height", metres(ticket.flight.height_above_ground_m)], ["accuracy", metres(ticket.location?.accuracy_m)]];
}

/** When something of it goes, where time alone decides. */
function until(ticket, part) {
  const found = ticket.kept.parts.find((each) => each.part === part);
  return found?.until && ticket.kept.holds.length === 0 ? when(found.until) : "";
}

/** What a device read; and how it was found beside how it was left, but not two empty frames of a device. */
function showEvidence(ticket) {
  const here = ticket.evidence.filter((picture) => picture.here && picture.media_type.startsWith("image/"));
  const read = ticket.readings.length > 0;
  const parts = read ? [make("h2", { textContent: say("readings") }), readingTable(ticket)] : [];
  if (ticket.evidence.length || !read) parts.push(make("h2", { textContent: say("pictures") }), sides(ticket, here));
  $("evidence").setAttribute("aria-label", say(read ? "readings" : "pictures"));
  $("evidence").hidden = false;
  $("evidence").replaceChildren(...parts);
}

function sides(ticket, here) {
  const after = here.findLast((picture) => picture.role === "after");
  const before = here.find((picture) => picture.role === "before") ?? here.find((picture) => picture.role !== "after");
  return make("div", { className: "sides" }, ...[["before", before], ["after", after]].map(([key, picture]) =>
    make("div", {}, make("h3", { textContent: say(key) }), picture ? shot(ticket, here, picture) : make("div", { className: "figure none", textContent: say("pictureNone") }))));
}

function shot(ticket, pictures, picture) {
  const image = make("img", { src: `${picture.url}/picture?reason=${ticket.number}`, alt: say(picture.role), loading: "lazy", decoding: "async" });
  const button = make("button", { className: "figure", type: "button", title: say("enlarge") }, image);
  button.addEventListener("click", () => enlarge(ticket, pictures, pictures.indexOf(picture)));
  return button;
}

async function load() {
  const question = ++asked;
  try {
    const [ticket, trail] = await Promise.all([get(`/api/tickets/${encodeURIComponent(number())}`), get(`/api/tickets/${encodeURIComponent(number())}/trail`)]);
    view.casework ??= await get("/api/casework");
    if (question !== asked) return null;
    view.ticket = ticket;
    view.trail = trail;
    show();
    return ticket;
  } catch (refused) {
    if (question === asked) $("head").replaceChildren(make("p", { className: "trouble", role: "alert", textContent: refused.status === 404 ? `${say("noTicket")} ${number()}` : say("failed") + refused.message }));
    return null;
  }
}

function show() {
  showBar();
  $("home").textContent = say("title");
  $("close").textContent = say("close");
  for (const [id, key] of Object.entries(NAMED)) $(id).setAttribute("aria-label", say(key));
  if (!view.ticket) return;
  showHead(view.ticket);
  showEvidence(view.ticket);
  showDeeds(view.ticket, load);
  showTrail(view.ticket, view.trail, shot, load);
}

function status(level, text) {
  $("live").className = `live ${level}`;
  $("live").textContent = text;
}

function connect() {
  stream?.close();
  stream = new EventSource("/api/stream");
  stream.addEventListener("hello", () => { status("on", say("live")); load(); });
  stream.addEventListener("ticket", (message) => { if (JSON.parse(message.data).ticket.number === number()) load(); });
  stream.addEventListener("error", () => {
    status("off", say("lost").split(/[；.]/)[0]);
    if (stream.readyState === EventSource.CLOSED) setTimeout(begin, RETRY_MS);
  });
}

async function begin() {
  try {
    await whoAmI();
  } catch (refused) {
    if (refused.status !== 401) setTimeout(begin, RETRY_MS);
    return;
  }
  show();
  connect();
}

addEventListener("language", () => { status("on", say("live")); show(); });
addEventListener("hashchange", load);
status("wait", say("connecting"));
begin();
