import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Page } from "@/parts/Page";
import { useReason } from "@/words/useReason";
import type { Settings } from "./asking/zones";
import type { Loaded } from "./bench/useSettings";
import { useTheBench } from "./bench/useBench";
import { useBenchKeys } from "./bench/useBenchKeys";
import { useSeen } from "./bench/useSeen";
import { Calibrating } from "./calibrating/Calibrating";
import { GridButton } from "./calibrating/GridButton";
import { useGrid } from "./calibrating/useGrid";
import { Canvas } from "./canvas/Canvas";
import { Keys } from "./canvas/Keys";
import { Pointer } from "./canvas/Pointer";
import { Toolbar } from "./canvas/Toolbar";
import { planIn } from "./draft/grounding";
import { toldOf } from "./draft/told";
import { warnings } from "./draft/warnings";
import { Side } from "./form/Side";
import type { Point } from "./geometry/outline";
import { Head } from "./Head";
import { workbenchRoute } from "./route";
import { Leaving } from "./saving/Leaving";
import { Below } from "./Below";
import { Notices } from "./saving/Notices";
import { useSave } from "./saving/useSave";
import { StillBar } from "./StillBar";
import { useStill } from "./bench/useStill";
import { OverlayContext, useOverlays } from "./bench/overlay";
import styles from "./Workbench.module.css";

/** The workbench itself, once it is known what runs. */
export function Bench({ loaded, settings }: { loaded: Loaded; settings: Settings }) {
  const { t } = useTranslation("zones");
  const { draft, place, changed, state } = useTheBench();
  const still = useStill(place);
  const seen = useSeen(place, changed);
  const saving = useSave(settings);
  const overlays = useOverlays();
  const [pointer, setPointer] = useState<Point | null>(null);
  const { mode } = workbenchRoute.useSearch();
  const plan = planIn(draft);
  const [gridded, setGridded] = useState<boolean | null>(null);
  const step = useGrid(overlays, plan, gridded ?? mode === "ground");
  const shown = useDeferredValue(draft);
  const found = useMemo(() => warnings(shown, seen.boxes, still.size), [shown, seen.boxes, still.size]);
  const refused = settings.status === "refused" ? settings.reasons : [];
  const told = toldOf(draft, saving.faults ?? refused, useReason());
  const wrong = useMemo(
    () => new Set(found.flatMap(({ grave, of }) => (grave && "zone" in of ? [of.zone] : []))),
    [found],
  );
  const may = useMay("zone.edit");
  useBenchKeys(saving);
  return (
    <OverlayContext value={overlays}>
      <Page wide>
        <Head settings={settings} saving={saving} may={may} grave={found.some(({ grave }) => grave)} />
        <Notices loaded={loaded} settings={settings} saving={saving} told={told} />
        <div className={styles.bench} data-mode={mode}>
          <section className={styles.left} aria-label={t("canvas.title")}>
            <Toolbar />
            <Canvas
              picture={still.picture}
              size={still.size}
              overlay={overlays.overlay}
              wrong={wrong}
              placing={overlays.placing}
              onPointer={setPointer}
            />
            <div className={styles.under}>
              <StillBar still={still}>
                {plan && <GridButton step={step} onPress={() => setGridded(step === null)} />}
              </StillBar>
              <Pointer at={pointer} size={still.size} plan={plan} from={state.drawing.at(-1) ?? null} />
            </div>
            <Keys />
          </section>
          {mode === "ground" ? (
            <Calibrating pointer={pointer} />
          ) : (
            <Side size={still.size} warnings={found} told={told} runs={settings.runs} />
          )}
          <Below settings={settings} saving={saving} />
        </div>
        <Leaving />
      </Page>
    </OverlayContext>
  );
}
