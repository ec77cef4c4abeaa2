import { useEffect, useRef } from "react";
import styles from "./Chart.module.css";
import { init, type ChartOption, type ECharts } from "./echarts";
import { inTheme } from "./theme";

interface Props {
  /** What it shows, for who cannot see it; a table of the same figures stands beside every chart. */
  label: string;
  option: ChartOption;
  /** Height in pixels. */
  height?: 160 | 240 | 320 | 420;
  /** Given the chart, for keeping it as a picture. */
  onReady?: (chart: ECharts) => void;
}

/** A chart on a canvas, in the colours of the theme, as wide as its place. */
export function Chart({ label, option, height = 240, onReady }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const ready = useRef(onReady);

  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current, null, { renderer: "canvas" });
    chart.current = made;
    ready.current?.(made);
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(place.current);
    return () => {
      sizes.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const draw = () => chart.current?.setOption(inTheme(option), { notMerge: true });
    draw();
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => themes.disconnect();
  }, [option]);

  return (
    <div ref={place} role="img" aria-label={label} className={`${styles.chart} ${styles[`h${height}`]}`} />
  );
}
