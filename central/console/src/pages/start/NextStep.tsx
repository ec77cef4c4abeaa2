import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Panel } from "@/parts/Panel";
import styles from "./Start.module.css";

const THINGS = ["people", "cameras", "zones", "why", "map", "indicators"] as const;
const PAGES = {
  people: "/people",
  cameras: "/start",
  zones: "/zones",
  why: "/why",
  map: "/map",
  indicators: "/indicators",
} as const;
const OUTSIDE = ["place", "grid", "routing", "notices", "production"] as const;

/** Where to go from here. */
export function NextStep() {
  const { t } = useTranslation("start");
  return (
    <Panel title={t("steps.next")}>
      <p className={styles.for}>{t("for.next")}</p>
      <ul className={styles.links}>
        {THINGS.map((thing) => (
          <li key={thing}>
            <Link to={PAGES[thing]} search={thing === "cameras" ? { step: "camera" as const } : undefined}>
              <b>{t(`next.${thing}`)}</b>
              <span className={styles.soft}>{t(`next.${thing}Help`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <h3>{t("next.machine")}</h3>
      <ul>
        {OUTSIDE.map((thing) => (
          <li key={thing}>
            {t(`next.${thing}`)} <code>{t(`next.${thing}Doc`)}</code>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
