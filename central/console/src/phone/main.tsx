import "../look/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startTheme } from "@/look/theme";
import { registerWorker } from "@/offline/register";
import { startSmallWords } from "@/small/words";
import enCasework from "@/words/en/casework.json";
import enPhone from "@/words/en/phone.json";
import enSignin from "@/words/en/signin.json";
import zhCasework from "@/words/zh/casework.json";
import zhPhone from "@/words/zh/phone.json";
import zhSignin from "@/words/zh/signin.json";
import { Sync } from "./engine/sync";
import { listenForInstall } from "./me/Install";
import { Phone } from "./Phone";
import { SyncContext } from "./useSync";

startTheme();
listenForInstall();
registerWorker("/phone");
await startSmallWords(
  {
    zh: { phone: zhPhone, casework: zhCasework, signin: zhSignin },
    en: { phone: enPhone, casework: enCasework, signin: enSignin },
  },
  "phone",
);

const sync = new Sync();
void sync.start();

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <SyncContext value={sync}>
      <Phone />
    </SyncContext>
  </StrictMode>,
);
