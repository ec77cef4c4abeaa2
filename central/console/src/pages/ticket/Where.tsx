import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { mayDraw } from "@/map/support";
import { settingsQuery } from "@/map/settings";
import { useTheme } from "@/look/useTheme";
import { Panel } from "@/parts/Panel";
import { useLanguage } from "@/words/useWords";
import type { Ticket } from "./asking";
import { middleOf } from "./place";
import styles from "./Where.module.css";

const SmallMap = lazy(() => import("./SmallMap"));

/** Where it is: a small map that comes when everything else is there, and the way to the large one. */
export function Where({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const [none, setNone] = useState(!mayDraw());
  const theme = useTheme();
  const language = useLanguage();
  const middle = ticket.location && middleOf(ticket.location.geometry);
  const settings = useQuery({ ...settingsQuery, enabled: middle !== null && !none });
  if (!middle) return null;
  return (
    <Panel
      title={t("whereTitle")}
      actions={
        <Link to="/map" search={{ ticket: ticket.number }}>
          {t("onMap")}
        </Link>
      }
    >
      {!none && (
        <div className={styles.frame}>
          {settings.data && (
            <Suspense fallback={null}>
              <SmallMap
                key={`${theme} ${language}`}
                at={middle}
                location={ticket.location}
                base={settings.data.base}
                label={t("whereMap", { number: ticket.number })}
                onNone={() => setNone(true)}
              />
            </Suspense>
          )}
        </div>
      )}
    </Panel>
  );
}
