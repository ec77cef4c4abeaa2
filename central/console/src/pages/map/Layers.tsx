import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Box } from "@/parts/Field";
import { Pick } from "@/parts/Pick";
import { useFormats } from "@/words/useFormats";
import { settingsQuery } from "@/map/settings";
import { eyesQuery, flightsQuery } from "./asking";
import { LAYERS, type Layer, type Search } from "./filters";
import styles from "./Bar.module.css";
import { hasPlace, type Row } from "./rows";
import { useSearchTo } from "./useSearchTo";

/** Which layers are drawn, and how many things each has. */
export function Layers({ search, shown }: { search: Search; shown: readonly Row[] }) {
  const { t } = useTranslation("map");
  const { number } = useFormats();
  const to = useSearchTo();
  const many = useMany(shown);
  const off = search.off ?? [];
  const flip = (layer: Layer, on: boolean) => {
    const left = on ? off.filter((each) => each !== layer) : [...off, layer];
    to({ off: left.length ? left : undefined });
  };
  const there = LAYERS.filter((layer) => many[layer] !== null);
  return (
    <Pick label={t("layers.title")} icon="layers" end>
      {there.map((layer) => (
        <Box
          key={layer}
          checked={!off.includes(layer)}
          onChange={(event) => flip(layer, event.target.checked)}
          label={
            <span className={styles.counted}>
              {t(`layers.${layer}`)}
              {many[layer] !== undefined && <span className={styles.many}>{number(many[layer] ?? 0)}</span>}
            </span>
          }
        />
      ))}
    </Pick>
  );
}

/** null: there is no such layer here; undefined: it is not counted. */
function useMany(shown: readonly Row[]): Record<Layer, number | null | undefined> {
  const settings = useQuery(settingsQuery).data;
  const eyes = useQuery(eyesQuery).data?.items ?? [];
  const flights = useQuery(flightsQuery).data;
  const of = (kind: string) => eyes.filter((eye) => eye.kind === kind && eye.longitude !== null).length;
  return {
    tickets: shown.filter(hasPlace).length,
    cells: settings?.cells ? undefined : null,
    camera: of("camera"),
    gate: of("gate"),
    sensor: of("sensor"),
    drone: of("drone"),
    flights: flights?.length ?? 0,
    base: settings && settings.base.kind !== "none" ? undefined : null,
  };
}
