import { Circle, Group, Line, Ring } from "react-konva";
import { useTheBench } from "../bench/useBench";
import type { Outline, Point, Size } from "../geometry/outline";
import type { Snapped } from "../geometry/snapping";
import { COLOURS, HALO, IGNORED, POINT } from "./colours";
import { flat } from "./Outlines";

interface Props {
  size: Size;
  scale: number;
  /** The rectangle that is being pulled. */
  rubber: Outline | null;
  snapped: Snapped | null;
  /** Where a key would put a corner. */
  cross: Point | null;
}

/** An outline that is not closed yet, and where its next corner would be. */
export function Drawing({ size, scale, rubber, snapped, cross }: Props) {
  const { drawing, tool } = useTheBench().state;
  const colour = tool === "ignore" ? IGNORED : COLOURS[0];
  const to = snapped?.point ?? cross;
  const line = to && drawing.length ? [...drawing, to] : drawing;
  return (
    <Group>
      {rubber && (
        <Line points={flat(rubber, size)} closed stroke={colour} strokeWidth={2 / scale} dash={[6 / scale]} />
      )}
      <Line points={flat(line, size)} stroke={HALO} strokeWidth={4 / scale} />
      <Line points={flat(line, size)} stroke={colour} strokeWidth={2 / scale} />
      {drawing.map(([x, y], at) => (
        <Circle
          key={at}
          x={x * size.width}
          y={y * size.height}
          radius={(at ? 4 : 7) / scale}
          fill={at ? POINT : colour}
          stroke={HALO}
          strokeWidth={1.5 / scale}
        />
      ))}
      {snapped?.to && <Caught at={snapped.point} size={size} scale={scale} />}
      {cross && <Cross at={cross} size={size} scale={scale} />}
    </Group>
  );
}

function Caught({ at: [x, y], size, scale }: { at: Point; size: Size; scale: number }) {
  return (
    <Ring
      x={x * size.width}
      y={y * size.height}
      innerRadius={7 / scale}
      outerRadius={9 / scale}
      fill={POINT}
      shadowColor="#000"
      shadowBlur={4 / scale}
    />
  );
}

function Cross({ at: [x, y], size, scale }: { at: Point; size: Size; scale: number }) {
  const [px, py, arm] = [x * size.width, y * size.height, 14 / scale];
  return (
    <>
      {[HALO, POINT].map((stroke, at) => (
        <Group key={stroke}>
          <Line points={[px - arm, py, px + arm, py]} stroke={stroke} strokeWidth={(at ? 1.5 : 4) / scale} />
          <Line points={[px, py - arm, px, py + arm]} stroke={stroke} strokeWidth={(at ? 1.5 : 4) / scale} />
        </Group>
      ))}
    </>
  );
}
