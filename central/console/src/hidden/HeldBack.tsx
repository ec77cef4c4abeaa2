import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Loading } from "@/parts/Loading";
import { Moment } from "@/parts/Moment";
import { Trouble } from "@/parts/Trouble";
import { heldQuery, type Held, type Suppression } from "./asking";
import styles from "./Hidden.module.css";

const AFTER_MS = 300_000;

/** What it kept from becoming a ticket; each leads to what the source saw then. */
export function HeldBack({ one }: { one: Suppression }) {
  const { t } = useTranslation("hidden");
  const found = useQuery(heldQuery(one.suppression));
  if (found.isPending) return <Loading />;
  return (
    <>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      <ol className={styles.held} aria-label={t("heldBack")}>
        {found.data?.map((held) => (
          <li key={held.situation}>
            <WhyLink held={held} source={one.source} />{" "}
            {held.cleared_at ? (
              <>
                {t("cleared")} <Moment at={held.cleared_at} />
              </>
            ) : (
              t("there")
            )}
          </li>
        ))}
      </ol>
      {found.data && found.data.length < one.hid && (
        <p className={styles.soft}>{t("more", { count: found.data.length })}</p>
      )}
    </>
  );
}

function WhyLink({ held, source }: { held: Held; source: string }) {
  const may = useMay("zone.tune");
  const moment = <Moment at={held.opened_at} />;
  if (!may) return moment;
  const until = new Date(Date.parse(held.opened_at) + AFTER_MS).toISOString();
  const node = held.node.replace("gewu://", "");
  return (
    <Link to="/why" search={{ node, source, until, situation: held.situation }}>
      {moment}
    </Link>
  );
}
