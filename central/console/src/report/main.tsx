import "../look/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startTheme } from "@/look/theme";
import { registerWorker } from "@/offline/register";
import { startSmallWords } from "@/small/words";
import en from "@/words/en/report.json";
import zh from "@/words/zh/report.json";
import { sessionKey } from "./asking";
import { Outbox } from "./outbox";
import { Report } from "./Report";
import { openStore } from "./store";

startTheme();
registerWorker("/report");
await startSmallWords({ zh: { report: zh }, en: { report: en } }, "report");

const store = await openStore();
const outbox = new Outbox(store, sessionKey);
const draft = await store.draft();
addEventListener("online", () => void outbox.sendAll());
void outbox.sendAll();

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Report store={store} outbox={outbox} draft={draft} />
  </StrictMode>,
);
