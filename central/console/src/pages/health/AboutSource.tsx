import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Ago } from "@/parts/Ago";
import { Badge, type Tone } from "@/parts/Badge";
import { Facts } from "@/parts/Facts";
import { Said } from "@/parts/Said";
import { nodeOf, placeOf } from "@/sources/place";
import { Snapshot } from "@/sources/Snapshot";
import { Spark } from "@/sources/Spark";
import { useCodes } from "@/words/useWords";
import styles from "./Details.module.css";
import { FARES_TONES } from "./figures";
import { TicketsOf } from "./TicketsOf";
import { useFigures, useSourceWords } from "./useTold";
import type { SourceFares } from "./worst";

const SEVERITY_TONES: Readonly<Record<string, Tone>> = { high: "bad", normal: "warn", low: "neutral" };

/** A source: its picture, what is wrong with it, its figures and its day. */
export function AboutSource({ of, now }: { of: SourceFares; now: number }) {
  const { t } = useTranslation("health");
  const words = useSourceWords();
  return (
    <>
      <div className={styles.picture}>
        <Snapshot of={of} name={words.name(of)} whole />
      </div>
      <div className={styles.line}>
        <Badge tone={FARES_TONES[of.fares]}>{t(`fares.${of.fares}`)}</Badge>
        {of.still && (
          <span className={styles.soft}>
            {t("picture")} <Ago at={of.still.taken} now={now} />
          </span>
        )}
      </div>
      <Links of={of} />
      <Conditions of={of} now={now} />
      <Figures of={of} />
      <Day of={of} now={now} />
      <TicketsOf of={of} now={now} />
    </>
  );
}

function Links({ of }: { of: SourceFares }) {
  const { t } = useTranslation("health");
  const tunes = useMay("zone.tune");
  const place = placeOf(of.node, of.id);
  if (!tunes || !place) return null;
  const camera = of.source?.kind === "camera" || of.source?.kind === "drone";
  const { district, node, source } = place;
  return (
    <p className={styles.links}>
      {camera && (
        <Link to="/cameras/$district/$node/$source" params={{ district, node, source }}>
          {t("toLive")}
        </Link>
      )}
      <Link to="/why" search={{ node: nodeOf(place), source }}>
        {t("toWhy")}
      </Link>
      {camera && (
        <Link to="/zones/$district/$node/$source" params={{ district, node, source }}>
          {t("toZones")}
        </Link>
      )}
    </p>
  );
}

function Conditions({ of, now }: { of: SourceFares; now: number }) {
  const { t } = useTranslation("health");
  const words = useSourceWords();
  const trouble = of.report?.trouble;
  if (!of.conditions.length && !trouble) return null;
  return (
    <section className={styles.part}>
      <h3>{t("wrong")}</h3>
      <ul className={styles.list}>
        {of.conditions.map((each) => (
          <li key={each.condition}>
            <span className={styles.line}>
              <Badge tone={SEVERITY_TONES[each.severity] ?? "warn"}>{words.condition(each.condition)}</Badge>
              <Ago at={each.since} now={now} className={styles.soft} />
            </span>
            {each.reasons.map((reason, at) => (
              <span key={at} className={styles.soft}>
                <Said reason={reason} />
              </span>
            ))}
          </li>
        ))}
        {trouble && <li className={styles.soft}>{trouble}</li>}
      </ul>
    </section>
  );
}

function Figures({ of }: { of: SourceFares }) {
  const { t } = useTranslation("health");
  const words = useSourceWords();
  const status = useCodes("health");
  const figures = useFigures();
  const { report } = of;
  if (!report) return <p className={styles.soft}>{t("noReport")}</p>;
  const trust = report.trust;
  const keyframes =
    report.decoding === "keyframes" ? t("keyframes", { every: figures.seconds(report.key_s) }) : null;
  return (
    <section className={styles.part}>
      <h3>{t("figures")}</h3>
      <Facts
        facts={[
          [t("state"), words.state(report.state)],
          [t("fps"), figures.fps(report.fps)],
          [t("delay"), figures.seconds(report.delay_s)],
          [t("age"), figures.span(report.age_s)],
          [t("frames"), figures.count(report.frames)],
          [t("dropped"), figures.dropped(report)],
          [t("view"), trust ? words.trust(trust.state) : null],
          [t("decoding"), keyframes],
          [
            t("version"),
            of.version === null ? t("file") : `v${of.version} · ${status("status", of.status ?? "file")}`,
          ],
        ]}
      />
      {trust && trust.state !== "ok" && (
        <ul className={styles.list}>
          {trust.reasons?.map((reason, at) => (
            <li key={at} className={styles.soft}>
              <Said reason={reason} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Day({ of, now }: { of: SourceFares; now: number }) {
  const { t } = useTranslation("health");
  const figures = useFigures();
  const history = of.history;
  if (!history?.at?.length) return null;
  return (
    <section className={styles.part}>
      <h3>{t("day")}</h3>
      <Spark title={t("fps")} at={history.at} values={history.fps ?? []} says={figures.fps} now={now} />
      <Spark
        title={t("delay")}
        at={history.at}
        values={history.delay_s ?? []}
        says={figures.seconds}
        now={now}
      />
    </section>
  );
}
