import "./look/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { Live } from "./live/live";
import { LiveContext } from "./live/useLive";
import { startTheme } from "./look/theme";
import { beginEarly, wordsEarly } from "./pages/map/early";
import { makeQueries } from "./queries";
import { makeRouter } from "./router";
import { startWords } from "./words/words";

startTheme();
const words = startWords(...wordsEarly());
const queries = makeQueries();
const router = makeRouter(queries);
beginEarly(queries);
const live = new Live(queries);

const shown = () =>
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LiveContext value={live}>
          <Suspense>
            <RouterProvider router={router} />
          </Suspense>
        </LiveContext>
      </QueryClientProvider>
    </StrictMode>,
  );
void words.then(shown); // no `await` up here: with one, what pages share with this file would be a file each
