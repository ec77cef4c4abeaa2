import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Ago } from "@/parts/Ago";
import { classes } from "@/parts/classes";
import { Facts } from "@/parts/Facts";
import { plainNode } from "@/sources/place";
import { Spark } from "@/sources/Spark";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import styles from "./Details.module.css";
import { daysLeft } from "./figures";
import { NodeState } from "./NodeState";
import { useFigures, useSourceWords } from "./useTold";
import type { NodeFares } from "./worst";

/** A node: what it runs, how it fares, and its day. */
export function AboutNode({ of, alone, now }: { of: NodeFares; alone: boolean; now: number }) {
  const { t } = useTranslation("health");
  const name = plainNode(of.node);
  return (
    <section className={classes(styles.part, !alone && styles.node)} aria-label={t("nodeNamed", { name })}>
      <h3 className={styles.line}>
        <span>{alone ? t("node") : t("nodeNamed", { name })}</span>
        <NodeState of={of} />
      </h3>
      <Troubles of={of} />
      <Runs of={of} now={now} />
      <Models of={of} />
      <Day of={of} now={now} />
      <p className={styles.links}>
        <Link to="/health" search={{ node: name }}>
          {t("allOfNode")}
        </Link>
        {!alone && (
          <Link from="/health" to="/health" search={(known) => ({ ...known, at: name })}>
            {t("nodeAlone")}
          </Link>
        )}
      </p>
    </section>
  );
}

/** By the trouble's own name; what the node says of it follows. */
function Troubles({ of }: { of: NodeFares }) {
  const words = useSourceWords();
  if (!of.troubles.length) return null;
  return (
    <ul className={styles.list}>
      {of.troubles.map((each, at) => (
        <li key={at}>
          <strong>{words.trouble(each.code)}</strong>
          <span className={styles.soft}>{each.text}</span>
        </li>
      ))}
    </ul>
  );
}

function Runs({ of, now }: { of: NodeFares; now: number }) {
  const { t } = useTranslation("health");
  const { number, day, exact } = useFormats();
  const status = useCodes("health");
  const figures = useFigures();
  const days = daysLeft(of, now);
  const version = of.configuration;
  const offset = of.clock?.offset_s;
  return (
    <Facts
      facts={[
        [t("heard"), of.heard && <Ago at={of.heard} now={now} />],
        [t("software"), of.software],
        [t("version"), version ? `v${version.version} · ${status("status", version.status)}` : t("file")],
        [t("queue"), figures.count(of.pending)],
        [t("evidence"), figures.count(of.evidence_pending)],
        [t("disk"), figures.size(of.disk_free_mb)],
        [t("temperature"), figures.celsius(of.temperature_c)],
        [t("memory"), figures.size(of.memory_mb)],
        [t("uptime"), figures.span(of.uptime_s)],
        [
          t("clock"),
          of.clock &&
            [
              t(`clocks.${of.clock.quality}`),
              offset === null || offset === undefined
                ? ""
                : `${number(offset, { signDisplay: "exceptZero", maximumFractionDigits: 3 })} s`,
            ].join(" "),
        ],
        [
          t("certificate"),
          of.certificate_until && days !== null && (
            <>
              {t("days", { count: Math.floor(days) })}{" "}
              <time dateTime={of.certificate_until} title={exact(of.certificate_until)}>
                ({day(of.certificate_until)})
              </time>
            </>
          ),
        ],
      ]}
    />
  );
}

function Models({ of }: { of: NodeFares }) {
  const { t } = useTranslation("health");
  const codes = useCodes("health");
  const models = of.models.length ? of.models : null;
  if (!models) return of.model ? <Facts facts={[[t("model"), of.model]]} /> : null;
  return (
    <Facts
      facts={models.map((each) => [
        each.role ? codes("roles", each.role) : t("model"),
        <span key={each.name} title={each.sha256}>
          {[each.name, each.version].filter(Boolean).join(" ")} <code>{each.sha256.slice(0, 8)}</code>
        </span>,
      ])}
    />
  );
}

function Day({ of, now }: { of: NodeFares; now: number }) {
  const { t } = useTranslation("health");
  const figures = useFigures();
  const history = of.history;
  if (!history?.at?.length) return null;
  const { at } = history;
  return (
    <>
      <Spark title={t("queue")} at={at} values={history.queue ?? []} says={figures.count} now={now} />
      <Spark title={t("disk")} at={at} values={history.disk ?? []} says={figures.size} now={now} />
    </>
  );
}
