import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { atSaid } from "@/pages/map/filters";
import { Facts } from "@/parts/Facts";
import { Loading } from "@/parts/Loading";
import { Moment } from "@/parts/Moment";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Said } from "@/parts/Said";
import { Trouble } from "@/parts/Trouble";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import { flightQuery, type Named, type Whole } from "./asking";
import { SIZE, sketchOf, type Sketch } from "./drawing";
import styles from "./Flights.module.css";
import { flightRoute } from "./route";

const NEAR = 16; // zoom of the map

/** One flight: its path, the ground that it saw, and what came of it. */
export function Flight() {
  const { t } = useTranslation("flights");
  const { number } = flightRoute.useParams();
  const found = useQuery(flightQuery(Number(number)));
  const of = found.data?.properties;
  return (
    <Page>
      <PageHead
        title={t("flightNamed", { name: of?.flight ?? number })}
        about={of && `${plainNode(of.node)} / ${of.source}`}
      />
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data && <Shown of={found.data} />}
    </Page>
  );
}

function Shown({ of: { properties: of, features } }: { of: Whole }) {
  const { t } = useTranslation("flights");
  const { number, span } = useFormats();
  const sketch = sketchOf(features);
  const seconds = (Date.parse(of.ended) - Date.parse(of.began)) / 1_000;
  return (
    <>
      <Panel title={t("where")}>
        {sketch ? <Drawn sketch={sketch} name={of.flight} /> : <p className={styles.soft}>{t("nowhere")}</p>}
        <Facts
          facts={[
            [t("began"), <Moment key="began" at={of.began} />],
            [t("ended"), <Moment key="ended" at={of.ended} />],
            [t("long"), span(seconds)],
            [
              t("area"),
              of.area_m2 === null ? null : `${number(of.area_m2, { maximumFractionDigits: 0 })} m²`,
            ],
          ]}
        />
      </Panel>
      <Panel title={t("result")}>
        <div className={styles.columns}>
          <Tickets title={t("found")} of={of.found} />
          <Tickets title={t("seenAgain")} of={of.seen_again} />
          <Tickets title={t("cleared")} of={of.cleared} />
        </div>
        {of.not_placed.length > 0 && (
          <ul className={styles.list}>
            {of.not_placed.map(({ count, reason }, at) => (
              <li key={at} className={styles.soft}>
                {t("counts.not_placed", { many: number(count) })}: <Said reason={reason} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function Tickets({ title, of }: { title: string; of: readonly Named[] }) {
  const { t } = useTranslation("flights");
  const { number } = useFormats();
  return (
    <section aria-label={title}>
      <h3>
        {title} {number(of.length)}
      </h3>
      <ul className={styles.list}>
        {of.map(({ situation, ticket }) => (
          <li key={situation}>
            {ticket ? (
              <Link to="/tickets/$name" params={{ name: ticket }}>
                {ticket}
              </Link>
            ) : (
              <span className={styles.soft} title={situation}>
                {t("noTicket")}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Drawn({ sketch, name }: { sketch: Sketch; name: string }) {
  const { t } = useTranslation("flights");
  const { number } = useFormats();
  const { path, ground, ends, scale, middle } = sketch;
  const [longitude = 0, latitude = 0] = middle;
  return (
    <>
      <svg
        className={styles.sketch}
        viewBox={`0 0 ${SIZE[0]} ${SIZE[1]}`}
        role="img"
        aria-label={t("sketch", { name })}
      >
        <path className={styles.ground} d={ground} />
        <path className={styles.path} d={path} />
        {ends && (
          <>
            <circle className={styles.begin} cx={ends[0][0]} cy={ends[0][1]} r={5} />
            <circle className={styles.end} cx={ends[1][0]} cy={ends[1][1]} r={5} />
          </>
        )}
        <path className={styles.scale} d={`M16 ${SIZE[1] - 14}h${scale.length}`} />
        <text x={16} y={SIZE[1] - 20}>
          {number(scale.metres)} m
        </text>
        <text className={styles.north} x={SIZE[0] - 12} y={26}>
          {t("north")} ↑
        </text>
      </svg>
      <p>
        <Link to="/map" search={{ at: atSaid({ longitude, latitude, zoom: NEAR }) }}>
          {t("onMap")}
        </Link>
      </p>
    </>
  );
}
