// Panels, fields and forms; text is only ever set as text.
import { $, make } from "./page.js";

export function panel(id, title, ...parts) {
  $(id).hidden = false;
  $(id).replaceChildren(make("h2", { textContent: title }), ...parts);
}

export function button(text, deed) {
  const made = make("button", { className: "plain", type: "button", textContent: text });
  made.addEventListener("click", deed);
  return made;
}

export const field = (text, properties) =>
  make("label", {}, make("span", { textContent: text }), make("input", { required: true, ...properties }));

/** `deed` gets the values and returns what to say; an answer of "" says nothing. */
export function form(title, fields, deed, hint = "", ...more) {
  const said = make("p", { className: "trouble", role: "alert" });
  const go = make("button", { className: "main", type: "submit", textContent: title });
  const parts = [make("h3", { textContent: title }), hint ? make("p", { className: "hint", textContent: hint }) : null];
  const made = make("form", { className: "form", method: "post" }, ...parts, ...Object.values(fields), ...more, said, go);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(Object.entries(fields).map(([name, label]) => [name, label.lastChild.value]));
    go.disabled = true;
    said.textContent = await deed(values);
    go.disabled = false;
    for (const label of Object.values(fields)) if (label.lastChild.type === "password") label.lastChild.value = "";
  });
  return made;
}

/** A row of a table from texts and elements. */
export const row = (cells, ...more) =>
  make("tr", {}, ...[...cells, ...more].map((cell) => make("td", {}, cell)));
