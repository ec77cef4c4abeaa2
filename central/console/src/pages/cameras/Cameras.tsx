import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FARES_TONES } from "@/pages/health/figures";
import { useSourceWords } from "@/pages/health/useTold";
import { useWall } from "@/pages/health/useWall";
import { Ago } from "@/parts/Ago";
import { Badge } from "@/parts/Badge";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import { keyOf, placeOf, plainNode } from "@/sources/place";
import { Snapshot, type SourceFares } from "@/sources/Snapshot";
import { useNow } from "@/sources/useNow";
import { VirtualGrid } from "@/sources/VirtualGrid";
import styles from "./Cameras.module.css";
import { camerasRoute } from "./route";

const CARD_PX = 236;
const LEAST_PX = 250;
const CAMERAS = { kind: "camera" } as const;

/** Every camera with its last masked picture. */
export function Cameras() {
  const { t } = useTranslation("cameras");
  const { q } = camerasRoute.useSearch();
  const navigate = camerasRoute.useNavigate();
  const now = useNow();
  const wall = useWall(CAMERAS);
  const shown = useMemo(() => found(wall.sources, q ?? ""), [wall.sources, q]);
  return (
    <Page wide>
      <PageHead title={t("title")} about={t("about")}>
        <input
          type="search"
          className={styles.find}
          aria-label={t("find")}
          placeholder={t("find")}
          value={q ?? ""}
          onChange={({ target }) =>
            void navigate({ search: { q: target.value || undefined }, replace: true })
          }
        />
      </PageHead>
      <Trouble error={wall.error} onAgain={wall.again} />
      {wall.loading && <Loading />}
      {!wall.loading && !wall.error && !shown.length && (
        <Empty title={t(q ? "noneFound" : "none")}>{t("noneHelp")}</Empty>
      )}
      <VirtualGrid
        items={shown}
        keyOf={(of) => keyOf(of.node, of.id)}
        height={CARD_PX}
        least={LEAST_PX}
        gap={12}
        role="list"
        label={t("cameras")}
      >
        {(of) => <Card of={of} online={wall.nodes.get(of.node)?.online ?? null} now={now} />}
      </VirtualGrid>
    </Page>
  );
}

const wordsOf = ({ node, id, place, source }: SourceFares): string =>
  [source?.name, id, place, plainNode(node)].filter(Boolean).join("\n").toLowerCase();

/** Those of which a word is known, by name. */
function found(sources: readonly SourceFares[], q: string): SourceFares[] {
  const asked = q.trim().toLowerCase();
  const name = (of: SourceFares) => `${of.place ?? ""} ${of.source?.name ?? of.id}`;
  return sources
    .filter((of) => wordsOf(of).includes(asked))
    .sort((one, other) => name(one).localeCompare(name(other)));
}

function Card({ of, online, now }: { of: SourceFares; online: boolean | null; now: number }) {
  const words = useSourceWords();
  const place = placeOf(of.node, of.id);
  const name = words.name(of);
  if (!place) return null;
  const { district, node, source } = place;
  return (
    <div role="listitem">
      <Link to="/cameras/$district/$node/$source" params={{ district, node, source }} className={styles.card}>
        <div className={styles.picture}>
          <Snapshot of={of} name={name} />
          {of.fares !== "well" && (
            <span className={styles.badge}>
              <Badge tone={FARES_TONES[of.fares]}>{words.matter(of, online)}</Badge>
            </span>
          )}
        </div>
        <div className={styles.words}>
          <span className={styles.name} title={name}>
            {name}
          </span>
          <span className={styles.soft} title={keyOf(of.node, of.id)}>
            <span>{of.place ?? plainNode(of.node)}</span>
            {of.still && <Ago at={of.still.taken} now={now} />}
          </span>
        </div>
      </Link>
    </div>
  );
}
