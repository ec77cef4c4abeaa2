// One ticket as a card.
import { get, make, pictureUrl, say, span, view, when } from "./page.js";
import { firstReading } from "./readings.js";
import { enlarge } from "./viewer.js";

export function card(ticket) {
  const item = make("li", { className: `ticket ${ticket.open ? "open" : "cleared"}` });
  item.dataset.number = ticket.number;
  item.append(figure(ticket), make("div", { className: "facts" }, head(ticket), ...reasons(ticket), times(ticket), history(ticket)));
  return item;
}

function figure(ticket) {
  const here = ticket.evidence.filter((picture) => picture.here && picture.media_type.startsWith("image/"));
  if (!ticket.evidence.length && ticket.readings.length) {
    return make("div", { className: "figure none" }, make("span", { textContent: firstReading(ticket) }));
  }
  if (!here.length) {
    const key = ticket.evidence.length ? "pictureComing" : "pictureNone";
    return make("div", { className: "figure none" }, make("span", { textContent: say(key) }));
  }
  const shown = here.findLast((picture) => picture.role === "scene") ?? here.at(-1);
  const image = make("img", { src: pictureUrl(ticket, shown), alt: say(shown.role), loading: "lazy", decoding: "async" });
  const button = make("button", { className: "figure", type: "button", title: say("enlarge") }, image);
  if (here.length > 1) button.append(make("span", { className: "count", textContent: here.length }));
  button.addEventListener("click", () => enlarge(ticket, here, here.indexOf(shown)));
  return button;
}

function head(ticket) {
  const [first, second] = view.language === "zh" ? [ticket.kind.zh, ticket.kind.en] : [ticket.kind.en, ticket.kind.zh];
  const title = make("h3", {}, make("span", { textContent: first }));
  if (second !== first) title.append(make("small", { textContent: second }));
  const badges = make("p", { className: "badges" });
  const state = say("states")[ticket.state] ?? ticket.state;
  badges.append(make("span", { className: `state ${ticket.open ? "open" : "cleared"}`, textContent: state }));
  if (ticket.occluded) badges.append(make("span", { className: "state quiet", textContent: say("occluded") }));
  if (ticket.severity === "high") badges.append(make("span", { className: "state high", textContent: say("high") }));
  badges.append(make("a", { className: "number", href: `/ticket#${ticket.number}`, textContent: ticket.number }));
  const place = make("p", { className: "place", textContent: ticket.place ?? ticket.source.name ?? ticket.source.id });
  return make("div", { className: "head" }, badges, title, place);
}

function reasons(ticket) {
  if (!ticket.reasons.length) return [];
  return [make("ul", { className: "reasons" }, ...ticket.reasons.map((reason) => make("li", { textContent: reason.text })))];
}

function times(ticket) {
  const node = ticket.node.split("/").at(-1);
  const zone = ticket.zone ? ` / ${ticket.zone.name ?? ticket.zone.id}` : "";
  const end = ticket.cleared_at ? ["clearedAt", when(ticket.cleared_at)] : ["lastSeen", when(ticket.last_seen)];
  const rows = [["duration", span(ticket)], ["since", when(ticket.since)], end];
  if (ticket.situations > 1) rows.push(["situations", ticket.situations]);
  rows.push(["source", `${ticket.source.name ?? ticket.source.id}${zone} · ${node}`]);
  const pairs = rows.map(([key, value]) =>
    make("div", { className: key }, make("dt", { textContent: say(key) }), make("dd", { textContent: value })),
  );
  return make("dl", { className: "times" }, ...pairs);
}

function history(ticket) {
  const list = make("ol", { className: "log" });
  const details = make("details", {}, make("summary", { textContent: say("history") }), list);
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    try {
      const full = await get(`/api/tickets/${ticket.number}`);
      list.replaceChildren(...full.log.map(logLine));
    } catch (error) {
      list.replaceChildren(make("li", { textContent: say("failed") + error.message }));
    }
  });
  return details;
}

function logLine(line) {
  const stamp = make("time", { textContent: when(line.at), dateTime: line.at });
  return make("li", {}, stamp, make("b", { textContent: say("effects")[line.effect] ?? line.effect }), make("span", { textContent: line.reason.text }));
}
