// The figures of all, and of each group; every figure opens what it counts.
import { tell } from "./indicator_words.js";
import { $, make, say, view } from "./page.js";

const AT_ONCE = 100;
const SECONDS = ["mean_worked", "mean_passed"];
const sorted = { by: "", down: true };

const called = (group) => (view.language === "zh" ? group.zh : group.en);

export function inWords(name, figure) {
  if (figure.value === null) return "–";
  if (SECONDS.includes(name)) return `${(figure.value / 3600).toFixed(1)} ${tell("hours")}`;
  return `${(figure.value * 100).toFixed(1)}%`;
}

const stroke = (name, figure) => (SECONDS.includes(name) ? `${figure.denominator}` : `${figure.numerator} / ${figure.denominator}`);

/** The value, and what was divided by what; it leads to the tickets where it counts tickets. */
function value(name, figure, group, open) {
  const none = figure.value === null;
  if (none || name === "camera_uptime") return [make("span", { className: none ? "value none" : "value", textContent: inWords(name, figure), title: none ? tell("noValue") : "" })];
  const button = make("button", { className: "value", type: "button", textContent: inWords(name, figure) });
  button.addEventListener("click", () => open(name, group));
  return [button, make("span", { className: "of", textContent: stroke(name, figure) })];
}

export function clear() {
  $("total").replaceChildren();
  $("groups").hidden = true;
}

export function showTotal(report, open) {
  const all = { key: null, zh: "合计", en: "total" };
  $("total").replaceChildren(...Object.entries(report.total.figures).map(([name, figure]) =>
    make("div", {}, make("dt", { textContent: tell("figures")[name] }), make("dd", {}, ...value(name, figure, all, open)))));
}

export function showTable(report, open, into, shown = AT_ONCE) {
  const names = Object.keys(report.total.figures);
  const again = () => showTable(report, open, into, shown);
  const groups = [...report.groups].sort(order);
  const rows = groups.slice(0, shown).map((group) =>
    make("tr", {}, make("td", {}, ...title(group, into)), ...names.map((name) => make("td", {}, ...value(name, group.figures[name], group, open)))));
  const heads = [head("", tell("group"), again), ...names.map((name) => head(name, tell("figures")[name], again))];
  put(heads, rows, groups.length > shown ? () => showTable(report, open, into, shown + AT_ONCE) : null);
}

function put(heads, rows, more) {
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  const parts = rows.length ? [make("div", { className: "scroll" }, table)] : [make("p", { className: "hint", textContent: tell("nothing") })];
  if (more) {
    const button = make("button", { className: "more", type: "button", textContent: say("more") });
    button.addEventListener("click", more);
    parts.push(button);
  }
  $("groups").hidden = false;
  $("groups").replaceChildren(...parts);
}

/** By name upwards, by a figure downwards first; what has no value goes last. */
function order(a, b) {
  const [one, two] = [a, b].map((group) => (sorted.by ? group.figures[sorted.by].value : group.key));
  if (one === null || two === null) return (one === null) - (two === null);
  const up = sorted.by ? one - two : one.localeCompare(two);
  return sorted.down === Boolean(sorted.by) ? -up : up;
}

function head(name, text, again) {
  const button = make("button", { type: "button", textContent: text });
  button.addEventListener("click", () => {
    sorted.down = sorted.by === name ? !sorted.down : true;
    sorted.by = name;
    again();
  });
  const made = make("th", { scope: "col" }, button);
  if (sorted.by === name) made.ariaSort = sorted.down === Boolean(name) ? "descending" : "ascending";
  return made;
}

function title(group, into) {
  const key = group.key && group.key !== called(group) ? make("span", { className: "key", textContent: group.key }) : null;
  if (!into || !group.key) return [called(group), key].filter(Boolean);
  const button = make("button", { className: "into", type: "button", textContent: called(group) });
  button.addEventListener("click", () => into(group));
  return [button, key].filter(Boolean);
}

export function showScores(found, open) {
  $("total").replaceChildren();
  const names = found.items[0]?.parts.map((part) => part.figure) ?? [];
  const heads = [tell("group"), tell("score"), tell("grade"), ...names.map((name) => tell("figures")[name])].map((text) => make("th", { scope: "col", textContent: text }));
  put(heads, found.items.map((item) => scoreRow(item, open)), null);
}

function scoreRow(item, open) {
  const grade = (view.language === "zh" ? item.grade_zh : item.grade_en) ?? tell("noScore");
  const parts = item.parts.map((part) => make("td", {}, ...value(part.figure, part, item, open),
    make("span", { className: "of", textContent: part.points === null ? "" : `${part.points.toFixed(1)} ${tell("points")} · ${tell("weight")} ${part.weight}` })));
  return make("tr", {}, make("td", {}, ...title(item, null)), make("td", {}, make("b", { className: "value", textContent: item.score ?? "–" })), make("td", {}, make("span", { className: "grade", textContent: grade })), ...parts);
}
