// The list of tickets, live.
import { card } from "./cards.js";
import { showBar, whoAmI } from "./bar.js";
import { $, get, make, say, span, view, when } from "./page.js";
import { showSources } from "./sources.js";

const PAGE = 50;
const RETRY_MS = 3000;
const SOURCES_MS = 15000;
const NAMED = { sources: "sources", filters: "filters", viewer: "enlarge", before: "previous", after: "next" };
let stream = null;
let asked = 0; // an answer to an older question is thrown away

if (["#cleared", "#all"].includes(location.hash)) view.filter = location.hash.slice(1);

const wanted = (ticket) => view.filter === "all" || ticket.open === (view.filter === "open");
const order = (a, b) => b.number.localeCompare(a.number, "en", { numeric: true });

function showList() {
  const rows = [...view.tickets.values()].sort(order);
  keeping(() => $("tickets").replaceChildren(...rows.map(card)));
  $("more").hidden = view.next === null;
  showEmpty();
}

const cardOf = (number) => document.querySelector(`[data-number="${number}"]`);

/** What a reader opened, and where the keyboard is, outlive a change of the cards. */
function keeping(change) {
  const opened = [...document.querySelectorAll(".ticket:has(details[open])")].map((item) => item.dataset.number);
  const { localName } = document.activeElement;
  const focused = document.activeElement.closest(".ticket")?.dataset.number;
  change();
  for (const item of opened.map(cardOf)) if (item) item.querySelector("details").open = true;
  if (focused) cardOf(focused)?.querySelector(localName)?.focus({ preventScroll: true });
}

function showEmpty() {
  const empty = $("empty");
  empty.hidden = view.tickets.size > 0 || view.counts === null;
  if (empty.hidden) return;
  const none = view.nodes !== null && !view.nodes.length;
  const title = none ? "emptyNoNode" : view.filter === "open" ? "emptyOpen" : "emptyAny";
  const help = none ? "emptyNoNodeHelp" : "emptyOpenHelp";
  empty.replaceChildren(make("h3", { textContent: say(title) }), make("p", { textContent: say(help) }));
  if (none) empty.append(make("code", { textContent: "gewu-edge run CONFIG" }));
}

function showFrame() {
  showBar();
  $("title").textContent = say("title");
  $("close").textContent = say("close");
  $("more").textContent = say("more");
  const counts = view.counts;
  const numbers = counts && { open: counts.open, cleared: counts.done, all: counts.open + counts.done };
  for (const button of $("filters").children) {
    const key = button.value;
    const number = numbers ? make("span", { textContent: numbers[key] ?? 0 }) : "";
    button.setAttribute("aria-pressed", key === view.filter);
    button.replaceChildren(say(key), number);
  }
  for (const [id, key] of Object.entries(NAMED)) $(id).setAttribute("aria-label", say(key));
}

function choose(filter) {
  history.replaceState(null, "", filter === "open" ? location.pathname : `#${filter}`); // outlives a sign-in
  view.filter = filter;
  view.tickets.clear();
  view.next = null;
  load();
}

function show() {
  showFrame();
  showSources();
  showList();
}

/** A change of one ticket touches only its own card. */
function put(ticket) {
  const old = cardOf(ticket.number);
  if (!wanted(ticket)) {
    view.tickets.delete(ticket.number);
    old?.remove();
    return showEmpty();
  }
  const known = view.tickets.has(ticket.number);
  view.tickets.set(ticket.number, ticket);
  if (!known) return showList();
  keeping(() => old.replaceWith(card(ticket)));
}

async function load(cursor = null) {
  const question = ++asked;
  const query = new URLSearchParams({ limit: PAGE });
  if (view.filter !== "all") query.set("open", view.filter === "open");
  if (cursor) query.set("cursor", cursor);
  try {
    const [page] = await Promise.all([get(`/api/tickets?${query}`), look()]);
    if (question !== asked) return;
    if (!cursor) view.tickets.clear();
    for (const ticket of page.items) view.tickets.set(ticket.number, ticket);
    view.next = page.next;
    show();
  } catch (error) {
    disconnected();
  }
}

/** Counts and sources. */
async function look() {
  const [summary, sources] = await Promise.all([get("/api/summary", { quiet: true }), get("/api/sources", { quiet: true })]);
  view.counts = summary;
  view.nodes = sources.nodes;
}

let looking = null;
function lookSoon() {
  looking ??= setTimeout(async () => {
    looking = null;
    await look().then(() => (showFrame(), showSources(), showEmpty()), disconnected);
  }, 300);
}

function connect() {
  stream?.close();
  stream = new EventSource("/api/stream");
  stream.addEventListener("hello", () => {
    status("on", say("live"));
    load();
  });
  stream.addEventListener("ticket", (message) => {
    put(JSON.parse(message.data).ticket);
    lookSoon();
  });
  stream.addEventListener("error", () => {
    disconnected();
    if (stream.readyState === EventSource.CLOSED) setTimeout(begin, RETRY_MS);
  });
}

/** Who is signed in is asked before each line is taken up: it may be nobody any more. */
async function begin() {
  try {
    await whoAmI();
  } catch (refused) {
    disconnected();
    if (refused.status !== 401) setTimeout(begin, RETRY_MS);
    return;
  }
  showFrame();
  connect();
}

function status(level, text) {
  $("live").className = `live ${level}`;
  $("live").textContent = text;
  if (level === "on") view.lostAt = null;
}

function disconnected() {
  view.lostAt ??= new Date().toISOString();
  status("off", `${say("lost")} ${when(view.lostAt)}`);
}

addEventListener("language", () => {
  if (view.lostAt) disconnected();
  else status("on", say("live"));
  show();
});
for (const button of $("filters").children) button.addEventListener("click", () => choose(button.value));
$("more").addEventListener("click", () => load(view.next));
setInterval(lookSoon, SOURCES_MS);
setInterval(() => {
  for (const item of $("tickets").children) {
    const ticket = view.tickets.get(item.dataset.number);
    if (ticket && !ticket.cleared_at) item.querySelector(".duration dd").textContent = span(ticket);
  }
}, 1000);

status("wait", say("connecting"));
showFrame();
begin();
