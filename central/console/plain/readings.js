// What a device read when it told of something.
import { make, say, view, when } from "./page.js";
import { readingWords } from "./reading_words.js";

export function readingTable(ticket) {
  const heads = ["quantity", "value", "device", "readAt"].map((key) => make("th", { scope: "col", textContent: say(key) }));
  const rows = ticket.readings.map((reading) => row(ticket, reading));
  return make("table", { className: "readings" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
}

/** The first of them in a few words. */
export function firstReading(ticket) {
  const words = readingWords[view.language];
  const [reading] = ticket.readings;
  return `${nameOf(words, reading)} ${inWords(words, reading)}`;
}

const nameOf = (words, { quantity }) => words.quantities[quantity] ?? quantity.replaceAll("_", " ");

function row(ticket, reading) {
  const words = readingWords[view.language];
  const doubt = words.qualities[reading.quality];
  const value = make("td", { className: "value", textContent: inWords(words, reading) });
  if (doubt) value.append(make("small", { textContent: ` ${doubt}` }));
  const device = !reading.device || reading.device === ticket.source.id ? ticket.source.name ?? ticket.source.id : reading.device;
  const stamp = make("time", { textContent: when(reading.at), dateTime: reading.at });
  return make("tr", {}, make("th", { scope: "row", textContent: nameOf(words, reading) }), value, make("td", { textContent: device }), make("td", {}, stamp));
}

function inWords(words, { quantity, value, unit }) {
  if (typeof value === "boolean") return (words.flags[quantity] ?? [words.yes, words.no])[value ? 0 : 1];
  if (typeof value === "string") return words.states[value] ?? value.replaceAll("_", " ");
  const number = value.toLocaleString(view.language === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: 3 });
  return unit ? `${number} ${unit}` : number;
}
