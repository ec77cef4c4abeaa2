// The audit: who did what, when and why.
import { button, panel, row } from "./forms.js";
import { $, get, make, say, when } from "./page.js";

const PAGE = 50;
const FILTERS = ["who", "action", "about"];
const wanted = { who: "", action: "", about: "" };

export async function showAudit() {
  const filters = make("form", { className: "filter" }, ...FILTERS.map(filter));
  filters.append(make("button", { className: "plain", type: "submit", textContent: say("search") }));
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const input of filters.querySelectorAll("input")) wanted[input.name] = input.value.trim();
    showAudit();
  });
  const body = make("tbody");
  const heads = ["at", ...FILTERS, "why", "outcome"].map((key) => make("th", { textContent: say("auditHeads")[key] }));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
  const more = button(say("more"), () => load(body, more));
  more.className = "more";
  await load(body, more);
  panel("audit", say("audit"), filters, make("div", { className: "scroll" }, table), more);
}

function filter(name) {
  return make("input", { name, value: wanted[name], placeholder: say("auditHeads")[name], ariaLabel: say("auditHeads")[name], maxLength: 240 });
}

async function load(body, more) {
  const query = new URLSearchParams({ limit: PAGE });
  for (const name of FILTERS) if (wanted[name]) query.set(name, wanted[name]);
  if (more.value) query.set("cursor", more.value);
  const page = await get(`/api/audit?${query}`);
  body.append(...page.items.map(line));
  more.value = page.next ?? "";
  more.hidden = page.next === null;
}

function line(entry) {
  const stamp = make("time", { textContent: when(entry.at), dateTime: entry.at });
  const who = `${entry.who} · ${say("ways")[entry.way] ?? entry.way} · ${say("origins")[entry.origin] ?? entry.origin}`;
  const made = row([stamp, who, make("code", { textContent: entry.action }), entry.about, entry.why, say("outcomes")[entry.outcome] ?? entry.outcome]);
  made.className = entry.outcome;
  return made;
}
