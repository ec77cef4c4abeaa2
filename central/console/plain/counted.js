// The very tickets that a figure counts, on either side of the stroke.
import { inWords } from "./figures.js";
import { tell } from "./indicator_words.js";
import { $, get, make, say, view, when } from "./page.js";

const PAGE = 50;
const INSTANTS = { found: "opened_at", due: "owed_at", dispatched: "dispatched_at", handled: "handled_at" };
let showing = null;

export async function showCounted(figure, group, query) {
  showing = { figure, group, query, part: "numerator", items: [], next: null };
  await load();
  if (!$("counted").open) $("counted").showModal();
}

async function load(cursor = null) {
  const mine = showing;
  const query = new URLSearchParams(mine.query);
  for (const [name, value] of Object.entries({ figure: mine.figure, part: mine.part, limit: PAGE, cursor })) if (value !== null) query.set(name, value);
  try {
    const page = await get(`/api/indicators/tickets?${query}`);
    if (mine !== showing) return;
    Object.assign(mine, { tally: page.tally, base: page.base, items: [...(cursor ? mine.items : []), ...page.items], next: page.next, failed: "" });
  } catch (refused) {
    mine.failed = say("failed") + refused.message;
  }
  show();
}

function show() {
  const { figure, group, part, tally, items, next, failed } = showing;
  $("counted-title").textContent = `${tell("figures")[figure]} · ${view.language === "zh" ? group.zh : group.en}`;
  $("counted-says").textContent = failed || tell("tallies")[tally];
  $("counted-more").hidden = next === null;
  $("counted-more").textContent = say("more");
  for (const button of $("parts").children) {
    button.textContent = tell("parts")[button.value];
    button.setAttribute("aria-pressed", button.value === part);
  }
  const heads = Object.values(tell("heads")).map((text) => make("th", { scope: "col", textContent: text }));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...items.map(row)));
  $("counted-list").replaceChildren(items.length ? make("div", { className: "scroll" }, table) : make("p", { className: "hint", textContent: tell("nothing") }));
}

function row(item) {
  const link = make("a", { href: `/tickets/${item.number}`, textContent: item.number });
  const kind = view.language === "zh" ? item.kind.zh : item.kind.en;
  const at = item[INSTANTS[showing.base]];
  const cells = [link, kind, say("states")[item.state] ?? item.state, item.department ?? "", item.cell ?? "", at ? `${tell("instants")[showing.base]} ${when(at)}` : "", marks(item)];
  return make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
}

function marks(item) {
  const name = tell("marks");
  if (showing.base === "dispatched") return item.accurate ? name.accurate : name.inaccurate;
  const found = [];
  if (showing.base === "due" && item.in_time !== null) found.push(item.in_time ? name.in_time : name.late);
  if (showing.base === "handled") found.push(`${tell("worked")} ${inWords("mean_worked", { value: item.worked_s })}`, `${tell("passed")} ${inWords("mean_passed", { value: item.passed_s })}`);
  if (item.reworks) found.push(`${name.reworked} ${item.reworks}`);
  if (item.extensions) found.push(`${name.extended} ${item.extensions}`);
  if (item.recurs > 1) found.push(`${name.recurs} ${item.recurs}`);
  return found.join(" · ");
}

addEventListener("language", () => { if ($("counted").open) show(); });
$("counted-close").addEventListener("click", () => $("counted").close());
$("counted-more").addEventListener("click", () => load(showing.next));
for (const button of $("parts").children) {
  button.addEventListener("click", () => {
    showing = { ...showing, part: button.value, items: [], next: null };
    load();
  });
}
