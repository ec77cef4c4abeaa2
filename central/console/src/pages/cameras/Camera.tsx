import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FARES_TONES } from "@/pages/health/figures";
import { useSourceWords } from "@/pages/health/useTold";
import { Badge } from "@/parts/Badge";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { BY_SEARCH, Tabs } from "@/parts/Tabs";
import { Trouble } from "@/parts/Trouble";
import { nodeOf, type Place } from "@/sources/place";
import { sourceQuery } from "./asking";
import styles from "./Camera.module.css";
import { Live } from "./Live";
import { Past } from "./Past";
import { cameraRoute } from "./route";

/** One camera: what it sees now, and what it saw. */
export function Camera() {
  const { t } = useTranslation("cameras");
  const { district, node, source } = cameraRoute.useParams();
  const { part } = cameraRoute.useSearch();
  const place = useMemo(() => ({ district, node, source }), [district, node, source]);
  const found = useQuery(sourceQuery(place));
  const words = useSourceWords();
  const item = found.data?.item ?? null;
  const title = item ? words.name(item) : source;
  return (
    <Page>
      <PageHead title={title} about={[item?.place, `${nodeOf(place)}/${source}`].filter(Boolean).join(" · ")}>
        {item && <Badge tone={FARES_TONES[item.fares]}>{words.matter(item, found.data?.online)}</Badge>}
        <Links place={place} />
      </PageHead>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      <Tabs label={title}>
        <Link from={cameraRoute.fullPath} to="." search={{ part: undefined }} activeOptions={BY_SEARCH}>
          {t("live")}
        </Link>
        <Link
          from={cameraRoute.fullPath}
          to="."
          search={(known) => ({ ...known, part: "replay" })}
          aria-current={part === "replay" ? "page" : undefined}
        >
          {t("replay")}
        </Link>
      </Tabs>
      {part === "replay" ? (
        <Past place={place} item={item} />
      ) : (
        <Live key={`${nodeOf(place)}/${source}`} place={place} item={item} />
      )}
    </Page>
  );
}

function Links({ place: { district, node, source } }: { place: Place }) {
  const { t } = useTranslation("cameras");
  const params = { district, node, source };
  return (
    <span className={styles.links}>
      <Link to="/zones/$district/$node/$source" params={params}>
        {t("toZones")}
      </Link>
      <Link to="/why" search={{ node: `${district}/${node}`, source }}>
        {t("toWhy")}
      </Link>
      <Link to="/health" search={{ at: `${district}/${node}/${source}` }}>
        {t("toHealth")}
      </Link>
    </span>
  );
}
