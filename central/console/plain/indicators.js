// The indicators of a period: which, by what, narrowed to what; all of it stands in the address.
import { showBar, whoAmI } from "./bar.js";
import { showCounted } from "./counted.js";
import { clear, showScores, showTable, showTotal } from "./figures.js";
import { tell } from "./indicator_words.js";
import { $, get, make, say, view, when } from "./page.js";

const BY = { figures: ["department", "district", "street", "community", "cell", "kind", "zone", "origin"], scores: ["department", "community", "cell"] };
// Where a name leads: what it narrows to, and what the rest is then grouped by.
const INTO = { district: ["area", "street"], street: ["area", "community"], community: ["area", "cell"], cell: ["area", "kind"], department: ["department", "kind"], kind: ["kind", "department"], origin: ["origin", "kind"] };
const FILTERS = ["area", "department", "kind", "origin"];
const DAY_MS = 86400000;
let wanted = read();
let asked = 0; // an answer to an older question is thrown away

function read() {
  const given = new URLSearchParams(location.hash.slice(1));
  const sheet = given.get("sheet") === "scores" ? "scores" : "figures";
  const found = { sheet, by: BY[sheet].includes(given.get("by")) ? given.get("by") : "department", length: given.get("length") in tell("lengths") ? given.get("length") : "month" };
  for (const name of ["from", "to", ...FILTERS]) if (given.get(name)) found[name] = given.get(name);
  return found;
}

/** Changes what is asked; null takes away. */
function want(changes) {
  wanted = Object.fromEntries(Object.entries({ ...wanted, ...changes }).filter(([, value]) => value !== null));
  if (!BY[wanted.sheet].includes(wanted.by)) wanted.by = "department";
  history.pushState(null, "", `#${new URLSearchParams(wanted)}`);
  load();
}

const query = (more = {}) => {
  const { sheet, length, ...rest } = wanted;
  return new URLSearchParams({ ...rest, ...more });
};

// Days as text; the place's own days are the centre's matter.
const text = (day) => day.toISOString().slice(0, 10);
const moved = (day, days) => new Date(day.getTime() + days * DAY_MS);
const month = (year, number) => [new Date(Date.UTC(year, number, 1)), new Date(Date.UTC(year, number + 1, 0))];

function around(length, day) {
  if (length === "day") return [day, day];
  if (length === "month") return month(day.getUTCFullYear(), day.getUTCMonth());
  const monday = moved(day, -((day.getUTCDay() + 6) % 7));
  return [monday, moved(monday, 6)];
}

function choose(length, day) {
  const [first, last] = around(length, day);
  want({ length, from: text(first), to: text(last) });
}

/** Of another length: around the place's today where that is in it. */
function stretch(length) {
  const { first, last, today } = view.report.period;
  choose(length, new Date(first <= today && today <= last ? today : first));
}

const step = (way) => choose(wanted.length, moved(new Date(way < 0 ? view.report.period.first : view.report.period.last), way));

function showFrame() {
  showBar();
  document.title = `${tell("title")} · Gewu 格物`;
  $("home").textContent = say("title");
  $("title").textContent = tell("title");
  $("csv").textContent = tell("csv");
  $("counted-close").textContent = say("close");
  for (const [id, key] of [["sheets", "sheet"], ["lengths", "length"]]) {
    for (const button of $(id).children) {
      button.textContent = tell(id)[button.value];
      button.setAttribute("aria-pressed", button.value === wanted[key]);
    }
  }
  for (const id of ["earlier", "later"]) $(id).setAttribute("aria-label", tell(id));
  $("by").replaceChildren(...BY[wanted.sheet].map((by) => make("option", { value: by, textContent: tell("by")[by], selected: by === wanted.by })));
  $("csv").href = `${path()}?${query({ format: "csv" })}`;
}

function showState(report) {
  const { name, first, last } = report.period;
  $("period").textContent = wanted.length === "week" ? `${name} · ${first.slice(5)} – ${last.slice(5)}` : name;
  const parts = [tell("states")[report.state]];
  if (report.state === "open" && report.cut_off) parts.push(`${tell("cutOff")} ${when(report.cut_off)}`);
  if (report.frozen) parts.push(`${tell("since")} ${when(report.frozen)}`);
  if (report.changed) parts.push(`${tell("changed")} ${report.changed}`);
  $("state").textContent = parts.join(" · ");
}

function showFilters() {
  $("narrowed").replaceChildren(...FILTERS.filter((name) => wanted[name]).map((name) => {
    const button = make("button", { className: "plain", type: "button", title: tell("remove"), textContent: `${view.names?.[wanted[name]] ?? wanted[name]} ×` });
    button.addEventListener("click", () => want({ [name]: null }));
    return make("li", {}, button);
  }));
}

/** From a group to what is in it. */
function into(group) {
  const [filter, by] = INTO[wanted.by];
  view.names = { ...view.names, [group.key]: view.language === "zh" ? group.zh : group.en };
  want({ [filter]: group.key, by });
}

const path = () => (wanted.sheet === "scores" ? "/api/evaluation" : "/api/indicators");

async function load() {
  const question = ++asked;
  showFrame();
  try {
    const report = await get(`${path()}?${query()}`);
    if (question !== asked) return;
    view.report = report;
    $("trouble").textContent = "";
    show();
  } catch (refused) {
    if (question !== asked) return;
    clear();
    $("trouble").textContent = say("failed") + refused.message;
  }
}

function show() {
  showFrame();
  showFilters();
  if (!view.report) return;
  showState(view.report);
  const open = (figure, group) => showCounted(figure, group, query(group.key === null ? {} : { key: group.key }));
  if (wanted.sheet === "scores") return showScores(view.report, open);
  showTotal(view.report, open);
  showTable(view.report, open, wanted.by in INTO ? into : null);
}

addEventListener("language", show);
addEventListener("popstate", () => { wanted = read(); load(); });
$("by").addEventListener("change", () => want({ by: $("by").value }));
for (const button of $("sheets").children) button.addEventListener("click", () => want({ sheet: button.value }));
for (const button of $("lengths").children) button.addEventListener("click", () => stretch(button.value));
$("earlier").addEventListener("click", () => step(-1));
$("later").addEventListener("click", () => step(1));
showFrame();
whoAmI().then(load, () => null);
