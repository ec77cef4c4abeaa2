import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

interface Offer extends Event {
  prompt: () => Promise<unknown>;
}

let offer: Offer | null = null;
const listeners = new Set<() => void>();

function keep(found: Offer | null): void {
  offer = found;
  listeners.forEach((each) => each());
}

/** From the start on: the browser offers it once. */
export function listenForInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    keep(event as Offer);
  });
  addEventListener("appinstalled", () => keep(null));
}

/** Putting the page on the home screen, where the browser offers it. */
export function Install() {
  const { t } = useTranslation("phone");
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offer,
  );
  if (matchMedia("(display-mode: standalone)").matches) return null;
  if (!shown) return <p>{t("me.installByHand")}</p>;
  return (
    <button type="button" onClick={() => void shown.prompt().then(() => keep(null))}>
      {t("me.install")}
    </button>
  );
}
