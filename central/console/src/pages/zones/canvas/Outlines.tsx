import { Circle, Group, Label, Line, Tag, Text } from "react-konva";
import { useTheBench } from "../bench/useBench";
import { sameOne, type Which } from "../draft/shape";
import { halfway, middle, type Outline, type Size } from "../geometry/outline";
import { colourOf, HALO, IGNORED, POINT, WRONG } from "./colours";

export const flat = (outline: Outline, { width, height }: Size): number[] =>
  outline.flatMap(([x, y]) => [x * width, y * height]);

interface Scaled {
  size: Size;
  scale: number;
}

/** Every zone and every outline in which nothing counts. */
export function Outlines({ size, scale, wrong }: Scaled & { wrong: ReadonlySet<string> }) {
  const { draft, state } = useTheBench();
  const shared = { size, scale };
  const picked = (which: Which) => sameOne(which, state.selected);
  return (
    <Group>
      {draft.ignore.map((outline, at) => (
        <Shape
          key={at}
          {...shared}
          outline={outline}
          colour={IGNORED}
          left
          selected={picked({ ignore: at })}
        />
      ))}
      {draft.zones.map(({ id, name, polygon }, at) => (
        <Shape
          key={id}
          {...shared}
          outline={polygon}
          colour={wrong.has(id) ? WRONG : colourOf(at)}
          says={name ?? id}
          selected={picked({ zone: id })}
        />
      ))}
    </Group>
  );
}

interface Shown extends Scaled {
  outline: Outline;
  colour: string;
  says?: string;
  selected: boolean;
  /** What lies in it is left out: drawn dashed and darker. */
  left?: boolean;
}

function Shape({ outline, size, scale, colour, says, selected, left = false }: Shown) {
  const points = flat(outline, size);
  const wide = selected ? 3 : 2;
  return (
    <Group>
      <Line
        points={points}
        closed
        fill={left ? "#000" : colour}
        opacity={left ? 0.45 : selected ? 0.2 : 0.1}
      />
      <Line points={points} closed stroke={HALO} strokeWidth={(wide + 2) / scale} lineJoin="round" />
      <Line
        points={points}
        closed
        stroke={colour}
        strokeWidth={wide / scale}
        lineJoin="round"
        dash={left ? [8 / scale, 6 / scale] : undefined}
      />
      {says && outline.length > 2 && <Name outline={outline} size={size} scale={scale} says={says} />}
      {selected && <Corners outline={outline} size={size} scale={scale} colour={colour} />}
    </Group>
  );
}

function Name({ outline, size, scale, says }: Scaled & { outline: Outline; says: string }) {
  const [x, y] = middle(outline);
  return (
    <Label x={x * size.width} y={y * size.height} offsetX={0} scaleX={1 / scale} scaleY={1 / scale}>
      <Tag fill="rgba(10, 16, 16, 0.72)" cornerRadius={4} pointerDirection="down" />
      <Text text={says} fill="#fff" fontSize={12} padding={4} fontFamily="system-ui, sans-serif" />
    </Label>
  );
}

function Corners({ outline, size, scale, colour }: Scaled & { outline: Outline; colour: string }) {
  const { vertex } = useTheBench().state;
  return (
    <>
      {outline.map((_, at) => {
        const [x, y] = halfway(outline, at);
        const place = { x: x * size.width, y: y * size.height };
        return <Circle key={`h${at}`} {...place} radius={3.5 / scale} fill={colour} opacity={0.85} />;
      })}
      {outline.map(([x, y], at) => (
        <Circle
          key={at}
          x={x * size.width}
          y={y * size.height}
          radius={(at === vertex ? 8 : 6) / scale}
          fill={at === vertex ? colour : POINT}
          stroke={at === vertex ? POINT : HALO}
          strokeWidth={2 / scale}
        />
      ))}
    </>
  );
}
