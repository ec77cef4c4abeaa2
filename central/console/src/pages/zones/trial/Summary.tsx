import { useTranslation } from "react-i18next";
import { Facts } from "@/parts/Facts";
import { Row, Table } from "@/parts/Table";
import { useFormats } from "@/words/useFormats";
import { useReason } from "@/words/useReason";
import { useKindNames } from "../asking/kinds";
import { Reasons } from "../Reasons";
import { DRAFT, NOW, tallies } from "./pairing";
import styles from "./Trial.module.css";
import type { Trying } from "./useTrial";

/** How fast, how many of each kind, and how right by what people marked. */
export function Summary({ trying }: { trying: Trying }) {
  const { t } = useTranslation("zones");
  const { number, span, when } = useFormats();
  const names = useKindNames();
  const say = useReason();
  const { trial, found, judged, marked } = trying;
  if (!trial) return null;
  const ratio = trial.film_s / Math.max(trial.seconds, 1e-3);
  const warnings = trial.tried.flatMap((each) => each.warnings ?? []);
  const most = trial.tried.filter(({ situations, told }) => situations > told);
  return (
    <div className={styles.summary}>
      <Facts
        facts={[
          [t("trial.tried"), span(trial.film_s)],
          [t("trial.looks"), number(trial.looks)],
          [t("trial.took"), t("seconds", { count: Number(trial.seconds.toFixed(2)) })],
          [t("trial.speed"), t("trial.ratio", { ratio: number(Math.round(ratio)) })],
        ]}
      />
      <Table
        label={t("trial.counts")}
        heads={[
          t("trial.kind"),
          t("trial.now"),
          t("trial.draft"),
          t("trial.sorts.both"),
          t("trial.sorts.gone"),
          t("trial.sorts.new"),
        ]}
      >
        {tallies(found).map((tally) => (
          <Row key={tally.kind}>
            <span>{names(tally.kind)}</span>
            {([tally.now, tally.draft, tally.both, tally.gone, tally.new] as const).map((count, at) => (
              <span key={at} className={styles.count}>
                {number(count)}
              </span>
            ))}
          </Row>
        ))}
      </Table>
      <Judged judged={judged} marked={marked} />
      {trial.stretches?.length ? (
        <ul className={styles.stretches} aria-label={t("trial.stretches")}>
          {trial.stretches.map(({ since, until, reason }) => (
            <li key={since}>{`${when(since)} – ${when(until)}: ${say(reason)}`}</li>
          ))}
        </ul>
      ) : null}
      <Reasons reasons={warnings} />
      {most.map(({ variant, situations, told }) => (
        <p key={variant} className={styles.soft}>
          {t("trial.more", { situations, told })}
        </p>
      ))}
    </div>
  );
}

function Judged({ judged, marked }: Pick<Trying, "judged" | "marked">) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  if (!marked) return <p className={styles.soft}>{t("trial.unmarked")}</p>;
  const share = (value: number | null) => (value === null ? "–" : number(value, { style: "percent" }));
  const of = (variant: string) => judged.find((each) => each.variant === variant);
  return (
    <Table
      label={t("trial.judged", { count: marked })}
      heads={[
        t("trial.judged", { count: marked }),
        t("trial.precision"),
        t("trial.recall"),
        t("trial.unknown"),
      ]}
    >
      {([NOW, DRAFT] as const).map((variant) => {
        const each = of(variant);
        return (
          <Row key={variant} data-variant={variant}>
            <span>{t(`trial.${variant}`)}</span>
            <span className={styles.count}>{share(each?.precision ?? null)}</span>
            <span className={styles.count}>{share(each?.recall ?? null)}</span>
            <span className={styles.count}>{each?.unknown ?? "–"}</span>
          </Row>
        );
      })}
    </Table>
  );
}
