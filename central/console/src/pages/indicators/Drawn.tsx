import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/charts/Chart";
import type { ChartOption, ECharts } from "@/charts/echarts";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { Panel } from "@/parts/Panel";
import styles from "./Drawn.module.css";

interface Props {
  title: string;
  option: ChartOption | null;
  height?: 240 | 320;
  /** The same figures as a table: what a chart says to those who cannot see it. */
  children: ReactNode;
}

/** A chart with its table below, kept as a picture at a press. Null: there is nothing to draw. */
export function Drawn({ title, option, height = 240, children }: Props) {
  const { t } = useTranslation("indicators");
  const chart = useRef<ECharts | null>(null);
  const keep = () => chart.current && save(chart.current, title);
  return (
    <Panel
      title={title}
      actions={
        option && (
          <Button
            look="quiet"
            className={styles.keep}
            onClick={keep}
            aria-label={t("keepPicture", { title })}
          >
            <Icon name="picture" />
          </Button>
        )
      }
    >
      {option ? (
        <Chart
          label={title}
          option={option}
          height={height}
          onReady={(made) => {
            chart.current = made;
          }}
        />
      ) : (
        <p className={styles.nothing}>{t("nothing")}</p>
      )}
      {option && (
        <details className={styles.details}>
          <summary>{t("asTable")}</summary>
          {children}
        </details>
      )}
    </Panel>
  );
}

function save(chart: ECharts, title: string): void {
  const backgroundColor = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  const link = document.createElement("a");
  link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor });
  link.download = `${title}.png`;
  link.click();
}
