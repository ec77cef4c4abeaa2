import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { BY_SEARCH, Tabs } from "@/parts/Tabs";
import type { Settings } from "./asking/zones";
import { Advice } from "./advice/Advice";
import { Hidden } from "./advice/Hidden";
import { workbenchRoute } from "./route";
import { History } from "./saving/History";
import type { Save } from "./saving/useSave";
import { Trial } from "./trial/Trial";
import styles from "./Below.module.css";

const SHOWN = ["trial", "advice", "hidden", "history"] as const;

/** Trying the draft, advice, what is not told for a while, and what was saved before. The trial goes on while another part is shown. */
export function Below({ settings, saving }: { settings: Settings; saving: Save }) {
  const { t } = useTranslation("zones");
  const { part = "trial" } = workbenchRoute.useSearch();
  const shown = SHOWN.find((each) => each === part) ?? "trial";
  return (
    <section className={styles.below} aria-label={t("below.title")}>
      <Tabs label={t("below.title")}>
        {SHOWN.map((each) => (
          <Link
            key={each}
            from={workbenchRoute.fullPath}
            to="."
            search={(now) => ({ ...now, part: each === "trial" ? undefined : each })}
            activeOptions={BY_SEARCH}
            aria-current={each === shown ? "page" : undefined}
            replace
            resetScroll={false}
          >
            {t(`below.${each}`)}
          </Link>
        ))}
      </Tabs>
      <div hidden={shown !== "trial"}>
        <Trial shown={shown === "trial"} />
      </div>
      {shown === "advice" && <Advice />}
      {shown === "hidden" && <Hidden />}
      {shown === "history" && <History settings={settings} saving={saving} />}
    </section>
  );
}
