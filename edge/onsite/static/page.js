// Keeps the page fresh: asks for it again and shows its main part. Asks for nothing else and changes nothing.
"use strict";
const EVERY_MS = 2000;
const PATIENCE_MS = 8000;
const away = document.getElementById("away");
let since = null;

const told = (at) => away.dataset.words.replace("{time}", at.toLocaleTimeString(document.documentElement.lang));

async function fresh() {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
}

async function turn() {
  if (!document.hidden) {
    try {
      await fresh();
      since = null;
      away.hidden = true;
    } catch {
      since ??= new Date();
      if (away.hidden) away.textContent = told(since);
      away.hidden = false;
    }
  }
  setTimeout(turn, EVERY_MS);
}

setTimeout(turn, EVERY_MS);
