// One picture, large.
import { $, pictureUrl, say, when } from "./page.js";

const shown = { pictures: [], at: 0, ticket: null };

export function enlarge(ticket, pictures, at) {
  Object.assign(shown, { pictures, at, ticket });
  turn(0);
  $("viewer").showModal();
}

function turn(steps) {
  const { pictures, ticket } = shown;
  shown.at = (shown.at + steps + pictures.length) % pictures.length;
  const picture = pictures[shown.at];
  Object.assign($("picture"), { src: pictureUrl(ticket, picture), alt: say(picture.role) });
  $("caption").textContent = `${ticket.number} · ${say(picture.role)} · ${when(picture.taken)}`;
  for (const id of ["before", "after"]) $(id).hidden = pictures.length < 2;
}

$("before").addEventListener("click", () => turn(-1));
$("after").addEventListener("click", () => turn(1));
$("close").addEventListener("click", () => $("viewer").close());
$("viewer").addEventListener("click", (click) => click.target === $("viewer") && $("viewer").close());
$("viewer").addEventListener("keydown", ({ key }) => key === "ArrowLeft" ? turn(-1) : key === "ArrowRight" && turn(1));
