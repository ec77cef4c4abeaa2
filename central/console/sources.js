// The strip of sources: what is wrong comes first.
import { $, make, say, view } from "./page.js";

const SHOWN = 10;

function sourceList() {
  return view.nodes.flatMap((node) => {
    const name = node.node.split("/").at(-1);
    if (!node.sources.length) return [{ title: name, place: "", ...nodeState(node) }];
    return node.sources.map((source) => ({
      title: source.source?.name ?? source.id,
      place: name,
      ...(node.online === false ? nodeState(node) : sourceState(source)),
    }));
  });
}

function nodeState(node) {
  if (node.online === false) return { level: "bad", text: say("offline") };
  return node.online ? { level: "good", text: say("well") } : { level: "quiet", text: say("noNews") };
}

function sourceState(source) {
  if (source.well === null) return { level: "quiet", text: say("noNews") };
  if (!source.well) {
    const trouble = source.conditions[0]?.condition.replaceAll("_", " ") ?? source.report?.trouble ?? source.report?.state;
    return { level: "bad", text: trouble ?? say("attention") };
  }
  const { fps, state } = source.report;
  return { level: "good", text: state !== "ok" ? state : fps ? `${fps.toFixed(1)} fps` : say("well") };
}

export function showSources() {
  if (view.nodes === null) return;
  const order = ["bad", "quiet", "good"];
  const all = sourceList().sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  const shown = Math.max(SHOWN, all.filter(({ level }) => level !== "good").length); // what is left out is well
  const chips = all.slice(0, shown).map(({ title, place, level, text }) =>
    make("span", { className: `chip ${level}`, title: `${title} ${place}: ${text}` },
      make("b", { textContent: title }), place ? make("i", { textContent: place }) : null, make("span", { textContent: text })),
  );
  if (all.length > shown) {
    chips.push(make("span", { className: "chip quiet", textContent: `+${all.length - shown} ${say("sourcesWell")}` }));
  }
  $("sources").replaceChildren(...chips);
}
