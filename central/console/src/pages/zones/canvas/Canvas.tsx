import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Image as Picture, Layer, Stage } from "react-konva";
import type { Placing } from "../bench/overlay";
import { useTheBench } from "../bench/useBench";
import type { Box, Outline, Point, Size } from "../geometry/outline";
import styles from "./Canvas.module.css";
import { Drawing } from "./Drawing";
import { Outlines } from "./Outlines";
import { Overlays } from "./Overlays";
import { Drawn } from "./Toolbar";
import { useCanvasKeys } from "./useCanvasKeys";
import { usePointers } from "./usePointers";
import { useScreen } from "./useScreen";
import { useView } from "./useView";
import { ViewButtons } from "./ViewButtons";

/** What is shown over the picture beside the draft. */
export interface Overlay {
  outlines: readonly { outline: Outline; as: "before" | "suggested" }[];
  boxes: readonly { box: Box; as: "now" | "draft" | "both" | "seen"; says?: string }[];
  /** A grid on the ground. */
  lines?: readonly { points: readonly Point[]; strong: boolean }[];
  spots?: readonly Spot[];
}

/** A point of a calibration; `to`: where the plan has its place on the ground. */
export interface Spot {
  at: Point;
  says: string;
  as: "good" | "bad" | "open";
  selected: boolean;
  to?: Point | null;
}

interface Props {
  picture: ImageBitmap | null;
  size: Size;
  overlay: Overlay;
  wrong: ReadonlySet<string>;
  placing?: Placing | null;
  onPointer?: (at: Point | null) => void;
}

/** The picture with the draft over it. Whatever a pointer can do here, keys can. */
export function Canvas({ picture, size, overlay, wrong, placing = null, onPointer }: Props) {
  const { t } = useTranslation("zones");
  const { state } = useTheBench();
  const [screen, watch] = useScreen();
  const { view, zoom, pan, fit } = useView(size, screen);
  const [focused, setFocused] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const { rubber, snapped, handlers } = usePointers({ box, size, view, zoom, pan, placing, onPointer });
  const { cross, onKeyDown } = useCanvasKeys(zoom, fit, placing);
  const shown = focused && state.tool !== "select" ? cross : null;
  const layer = { x: view.x, y: view.y, scaleX: view.scale, scaleY: view.scale };
  const ref = useMemo(
    () => (element: HTMLDivElement | null) => {
      box.current = element;
      return watch(element);
    },
    [watch],
  );
  return (
    <div className={styles.frame}>
      {/* A drawing board takes keys itself: WAI-ARIA calls that an application. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={ref}
        className={styles.canvas}
        data-tool={placing ? "place" : state.tool}
        role="application"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t("canvas.label")}
        aria-describedby="zones-canvas-keys"
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        {...handlers}
      >
        {screen.width > 0 && (
          <Stage width={screen.width} height={screen.height} listening={false}>
            <Layer listening={false} {...layer}>
              {picture && <Picture image={picture} width={size.width} height={size.height} />}
            </Layer>
            <Layer listening={false} {...layer}>
              <Outlines size={size} scale={view.scale} wrong={wrong} />
              <Overlays overlay={overlay} size={size} scale={view.scale} />
              <Drawing size={size} scale={view.scale} rubber={rubber} snapped={snapped} cross={shown} />
            </Layer>
          </Stage>
        )}
      </div>
      <div className={styles.strip}>
        <Drawn />
        <ViewButtons onZoom={zoom} onFit={fit} />
      </div>
      {!picture && <p className={styles.none}>{t("canvas.noPicture")}</p>}
    </div>
  );
}
