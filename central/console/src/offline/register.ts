/** The service worker that keeps one small page on the phone. Browsers have it under https (and on localhost) alone. */
export function registerWorker(scope: "/phone" | "/report"): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register("/worker.js", { scope }).catch(() => null); // without it the page needs a line to load
  });
}
