import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { WideTable } from "./WideTable";
import { useNamed } from "@/words/useWords";
import { reportQuery, seriesQuery, type Group, type Series } from "./asking";
import { Drawn } from "./Drawn";
import { drawn, foundOption, mostOption, sharesOption } from "./drawing";
import { shown, valueOf, type FigureName } from "./figures";
import styles from "./Indicators.module.css";
import type { By } from "./route";
import { useFormats } from "@/words/useFormats";
import { useTexts } from "./useTexts";
import { useWhich } from "./useWhich";

const PERIODS = 12;
const SHARES = ["closing_rate", "in_time_rate", "rework_rate", "false_alarm_rate"] as const;
/** Into what areas a level is divided, by the length of its code. */
const BELOW: Record<number, By> = { 6: "street", 9: "community", 12: "cell", 15: "cell" };

/** How the figures went, and which kinds and places have the most. */
export function Charts({ kinds }: { kinds: readonly Group[] }) {
  const { t } = useTranslation("indicators");
  const { which } = useWhich();
  const areas = BELOW[which.area?.length ?? 0] ?? "street";
  const series = useQuery(seriesQuery(which, PERIODS)).data;
  const places = useQuery(reportQuery(which, areas)).data?.groups ?? [];
  const zones = useQuery(reportQuery(which, "zone")).data?.groups ?? [];
  return (
    <div className={styles.charts}>
      {series && <Found series={series} />}
      {series && <Shares series={series} />}
      <Most title={t("timeByKind")} groups={kinds} name="mean_passed" />
      <Most title={t("timeByArea")} groups={places} name="mean_passed" />
      <Most title={t("foundByKind")} groups={kinds} name="found" />
      <Most title={t("foundByArea")} groups={places} name="found" />
      <Most title={t("falseByZone")} groups={zones} name="false_alarm_rate" />
    </div>
  );
}

const empty = (series: Series) => series.items.every(({ total }) => !total.tallies.found);

function Found({ series }: { series: Series }) {
  const { t } = useTranslation("indicators");
  const texts = useTexts();
  const option = useMemo(() => (empty(series) ? null : foundOption(series, texts)), [series, texts]);
  const { number } = useFormats();
  const title = t("foundOverTime");
  return (
    <Drawn title={title} option={option}>
      <WideTable
        label={title}
        heads={[t("period"), t("tallies.found"), t("tallies.by_machine"), t("tallies.by_drone")]}
      >
        {series.items.map(({ period, total }) => (
          <tr key={period.name}>
            <th scope="row">{period.name}</th>
            {["found", "by_machine", "by_drone"].map((name) => (
              <td key={name}>{number(total.tallies[name] ?? 0)}</td>
            ))}
          </tr>
        ))}
      </WideTable>
    </Drawn>
  );
}

function Shares({ series }: { series: Series }) {
  const { t } = useTranslation("indicators");
  const texts = useTexts();
  const formats = useFormats();
  const option = useMemo(() => (empty(series) ? null : sharesOption(series, SHARES, texts)), [series, texts]);
  const title = t("sharesOverTime");
  return (
    <Drawn title={title} option={option}>
      <WideTable label={title} heads={[t("period"), ...SHARES.map((name) => t(`figures.${name}`))]}>
        {series.items.map(({ period, total }) => (
          <tr key={period.name}>
            <th scope="row">{period.name}</th>
            {SHARES.map((name) => (
              <td key={name}>{shown(name, valueOf(total, name), formats)}</td>
            ))}
          </tr>
        ))}
      </WideTable>
    </Drawn>
  );
}

function Most({
  title,
  groups,
  name,
}: {
  title: string;
  groups: readonly Group[];
  name: FigureName | "found";
}) {
  const { t } = useTranslation("indicators");
  const texts = useTexts();
  const formats = useFormats();
  const named = useNamed();
  const bars = drawn(groups, name);
  const option = useMemo(
    () => (drawn(groups, name).length ? mostOption(groups, name, texts) : null),
    [groups, name, texts],
  );
  const said = (group: Group) =>
    name === "found" ? formats.number(group.tallies.found ?? 0) : shown(name, valueOf(group, name), formats);
  return (
    <Drawn title={title} option={option} height={bars.length > 6 ? 320 : 240}>
      <WideTable
        label={title}
        heads={[t("group"), name === "found" ? t("tallies.found") : t(`figures.${name}`)]}
      >
        {bars.map((group) => (
          <tr key={group.key}>
            <th scope="row">{named(group)}</th>
            <td>{said(group)}</td>
          </tr>
        ))}
      </WideTable>
    </Drawn>
  );
}
