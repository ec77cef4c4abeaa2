import { Circle, Group, Label, Line, Rect, Tag, Text } from "react-konva";
import type { Size } from "../geometry/outline";
import type { Overlay, Spot } from "./Canvas";
import { COLOURS, DRAFT, HALO, NOW, POINT, WRONG } from "./colours";
import { flat } from "./Outlines";

const GRID = "rgba(141, 255, 231, 0.85)";
const THIN = "rgba(141, 255, 231, 0.5)";
const SPOT = { good: COLOURS[0], bad: WRONG, open: COLOURS[1] } as const;
const BOX = { now: NOW, draft: DRAFT, both: POINT, seen: "rgba(255,255,255,0.55)" } as const;

/** Older outlines, suggested ones, and boxes of what would have been told. */
export function Overlays({ overlay, size, scale }: { overlay: Overlay; size: Size; scale: number }) {
  return (
    <Group>
      {overlay.lines?.map(({ points, strong }, at) => (
        <Line
          key={at}
          points={flat(points, size)}
          stroke={strong ? GRID : THIN}
          strokeWidth={(strong ? 1.75 : 1) / scale}
        />
      ))}
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
      {overlay.spots?.map((spot, at) => (
        <KnownSpot key={at} spot={spot} size={size} scale={scale} />
      ))}
    </Group>
  );
}

/** A known point with its number, and a line to where the plan has it. */
function KnownSpot({ spot, size, scale }: { spot: Spot; size: Size; scale: number }) {
  const { at, to, as, selected, says } = spot;
  const [x, y] = [at[0] * size.width, at[1] * size.height];
  const arm = (selected ? 13 : 9) / scale;
  const cross = [
    [x - arm, y, x + arm, y],
    [x, y - arm, x, y + arm],
  ];
  return (
    <Group>
      {to && <Line points={flat([at, to], size)} stroke={WRONG} strokeWidth={2.5 / scale} />}
      {cross.map((points, which) => (
        <Line key={`h${which}`} points={points} stroke={HALO} strokeWidth={5 / scale} />
      ))}
      {cross.map((points, which) => (
        <Line key={which} points={points} stroke={SPOT[as]} strokeWidth={2 / scale} />
      ))}
      {selected && <Circle x={x} y={y} radius={arm} stroke={SPOT[as]} strokeWidth={1.5 / scale} />}
      <Label x={x} y={y} offsetY={-4} scaleX={1 / scale} scaleY={1 / scale}>
        <Tag fill={selected ? "#fff" : "rgba(10, 16, 16, 0.8)"} cornerRadius={8} />
        <Text text={says} fill={selected ? "#10201e" : "#fff"} fontSize={12} fontStyle="bold" padding={4} />
      </Label>
    </Group>
  );
}
