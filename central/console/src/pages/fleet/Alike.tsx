import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import type { FleetPage } from "./asking";
import styles from "./Fleet.module.css";
import { FACETS } from "./route";

const SHOWN = 6;

/** How many nodes run what, and on what; each is a way to those nodes. */
export function Alike({ of }: { of: FleetPage["alike"] }) {
  const { t } = useTranslation("fleet");
  const { number } = useFormats();
  const told = FACETS.filter((facet) => Object.keys(of[facet] ?? {}).length);
  if (!told.length) return null;
  return (
    <details className={styles.alike}>
      <summary>{t("alike")}</summary>
      <dl>
        {told.map((facet) => (
          <div key={facet}>
            <dt>{t(`facets.${facet}`)}</dt>
            {Object.entries(of[facet] ?? {})
              .slice(0, SHOWN)
              .map(([value, many]) => (
                <dd key={value}>
                  <Link from="/fleet" to="/fleet" search={(known) => ({ ...known, by: facet, value })}>
                    {value}
                  </Link>{" "}
                  <span className={styles.soft}>{number(many)}</span>
                </dd>
              ))}
          </div>
        ))}
      </dl>
    </details>
  );
}
