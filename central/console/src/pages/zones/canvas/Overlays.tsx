import { Group, Label, Line, Rect, Tag, Text } from "react-konva";
import type { Size } from "../geometry/outline";
import type { Overlay } from "./Canvas";
import { DRAFT, HALO, NOW, POINT } from "./colours";
import { flat } from "./Outlines";

const BOX = { now: NOW, draft: DRAFT, both: POINT, seen: "rgba(255,255,255,0.55)" } as const;

/** Older outlines, suggested ones, and boxes of what would have been told. */
export function Overlays({ overlay, size, scale }: { overlay: Overlay; size: Size; scale: number }) {
  return (
    <Group>
      {overlay.outlines.map(({ outline, as }, at) => (
        <Line
          key={at}
          points={flat(outline, size)}
          closed
          stroke={as === "before" ? NOW : DRAFT}
          fill={as === "before" ? undefined : "rgba(243, 184, 104, 0.18)"}
          strokeWidth={2.5 / scale}
          dash={[10 / scale, 5 / scale]}
        />
      ))}
      {overlay.boxes.map(({ box: [x1, y1, x2, y2], as, says }, at) => {
        const rim = {
          x: x1 * size.width,
          y: y1 * size.height,
          width: (x2 - x1) * size.width,
          height: (y2 - y1) * size.height,
        };
        return (
          <Group key={at}>
            {as !== "seen" && <Rect {...rim} stroke={HALO} strokeWidth={5 / scale} />}
            <Rect {...rim} stroke={BOX[as]} strokeWidth={(as === "seen" ? 1 : 3) / scale} />
            {says && (
              <Label x={rim.x} y={rim.y} scaleX={1 / scale} scaleY={1 / scale}>
                <Tag fill="rgba(10, 16, 16, 0.8)" cornerRadius={3} pointerDirection="down" />
                <Text text={says} fill="#fff" fontSize={12} padding={4} />
              </Label>
            )}
          </Group>
        );
      })}
    </Group>
  );
}
