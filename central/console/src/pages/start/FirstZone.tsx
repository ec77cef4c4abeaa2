import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import type { Settings } from "../zones/asking/zones";
import { useTheBench } from "../zones/bench/useBench";
import { useStill } from "../zones/bench/useStill";
import { Canvas } from "../zones/canvas/Canvas";
import type { Zone } from "../zones/draft/shape";
import { StillBar } from "../zones/StillBar";
import { PRESETS, ruleOf } from "./looking";
import styles from "./Start.module.css";
import { ZoneForm } from "./ZoneForm";

const NO_OVERLAY = { outlines: [], boxes: [] } as const;
const NONE: ReadonlySet<string> = new Set();

/** One outline on the picture, what is looked for in it, and how long it may stand there. */
export function FirstZone({ settings }: { settings: Settings }) {
  const { t } = useTranslation("start");
  const { draft, place, state, act } = useTheBench();
  const still = useStill(place);
  const zone = draft.zones.at(-1);
  const none = draft.zones.length === 0;
  useEffect(() => {
    if (none) act({ do: "tool", tool: "zone" });
  }, [none, act]);
  return (
    <div className={styles.part}>
      <p>{t(none ? (state.drawing.length ? "zone.more" : "zone.draw") : "zone.drawn")}</p>
      <Canvas picture={still.picture} size={still.size} overlay={NO_OVERLAY} wrong={NONE} />
      <div className={styles.row}>
        <StillBar still={still} />
        {none && (
          <Button onClick={() => act({ do: "change", draft: whole(draft), select: { zone: "zone-1" } })}>
            {t("zone.whole")}
          </Button>
        )}
        {!none && (
          <Button look="quiet" onClick={() => act({ do: "change", draft: { ...draft, zones: [] } })}>
            {t("zone.again")}
          </Button>
        )}
      </div>
      {zone && <ZoneForm key={zone.id} zone={zone} settings={settings} size={still.size} />}
    </div>
  );
}

const MARGIN = 0.02;

/** For a first try, and for who cannot draw: nearly all of the picture. */
function whole<T extends { zones: readonly Zone[] }>(draft: T): T {
  const [low, high] = [MARGIN, 1 - MARGIN];
  const polygon = [
    [low, low],
    [high, low],
    [high, high],
    [low, high],
  ] as const;
  const [first] = PRESETS;
  const rules = first ? [ruleOf(first, first.dwell)] : [];
  return { ...draft, zones: [{ id: "zone-1", polygon, rules }] };
}
