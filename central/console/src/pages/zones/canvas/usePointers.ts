import { useRef, useState, type RefObject } from "react";
import type { Act, State } from "../bench/state";
import type { Placing } from "../bench/overlay";
import { useTheBench } from "../bench/useBench";
import type { Outline, Point, Size } from "../geometry/outline";
import type { Snapped } from "../geometry/snapping";
import { boxOf, dragged, pressed, released, snap, type Fingers, type Held } from "./gestures";
import { pinched, useWheel, within } from "./zooming";
import { shareOf, type View } from "./view";

const REACH = { mouse: 9, touch: 18 }; // pixels of the screen
const WANDERS = 4;

interface Given {
  box: RefObject<HTMLDivElement | null>;
  size: Size;
  view: View;
  zoom: (by: number, at?: Point) => void;
  pan: (dx: number, dy: number) => void;
  placing: Placing | null;
  onPointer?: (at: Point | null) => void;
}

interface Down {
  held: Held;
  from: Point;
  last: Point;
  wandered: boolean;
  /** A point of a calibration is held. */
  grabbed: boolean;
}

const reachOf = ({ reach, size }: Fingers): Point => [reach / size.width, reach / size.height];

const PICTURE: { held: Held; acts: Act[] } = { held: { holds: "picture", click: false }, acts: [] };

const fingersOf = (event: React.PointerEvent, size: Size, view: View): Fingers => ({
  size,
  reach: (event.pointerType === "touch" ? REACH.touch : REACH.mouse) / view.scale,
  round: event.shiftKey,
  free: event.altKey,
});

/** Where a corner would be put; nothing while something is selected, or under a finger. */
function hovered(event: React.PointerEvent, state: State, at: Point, how: Fingers): Snapped | null {
  if (state.tool === "select" || event.pointerType === "touch") return null;
  return snap(state, at, null, state.drawing.at(-1) ?? null, how);
}

const far = (a: Point, b: Point): boolean => Math.hypot(a[0] - b[0], a[1] - b[1]) > WANDERS;

/** What a finger takes hold of. */
function taken(by: Placing | "picture" | null, state: State, at: Point, how: Fingers) {
  if (by === null) return { ...pressed(state, at, how), grabbed: false };
  return { ...PICTURE, grabbed: by !== "picture" && by.grab(at, reachOf(how)) };
}

/** Let go where points of a calibration are asked for. */
function placed(placing: Placing, now: Down | null, at: Point): void {
  if (now && !now.wandered && !now.grabbed) placing.put(at);
  placing.settle();
}

/** Mouse, pen and fingers over the picture: one draws and drags, two enlarge and shift. */
export function usePointers({ box, size, view, zoom, pan, placing, onPointer }: Given) {
  const { state, act } = useTheBench();
  const down = useRef<Down | null>(null);
  const fingers = useRef(new Map<number, Point>());
  const [rubber, setRubber] = useState<Outline | null>(null);
  const [snapped, setSnapped] = useState<Snapped | null>(null);
  const share = (at: Point) => shareOf(at, view, size);
  const how = (event: React.PointerEvent) => fingersOf(event, size, view);
  const end = (id: number): Down | null => {
    const now = fingers.current.size > 1 ? null : down.current;
    fingers.current.delete(id);
    down.current = null;
    setRubber(null);
    return now;
  };

  const onPointerDown = (event: React.PointerEvent) => {
    const at = within(event, box.current);
    box.current?.focus({ preventScroll: true });
    box.current?.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, at);
    const other = event.button !== 0 || fingers.current.size > 1;
    const { acts, ...hold } = taken(other ? "picture" : placing, state, share(at), how(event));
    acts.forEach(act);
    down.current = { ...hold, from: at, last: at, wandered: other };
  };

  const onPointerMove = (event: React.PointerEvent) => {
    const at = within(event, box.current);
    onPointer?.(share(at));
    if (fingers.current.size > 1) return pinched(fingers.current, event.pointerId, at, { zoom, pan });
    const now = down.current;
    if (!now) return setSnapped(hovered(event, state, share(at), how(event)));
    if (!(now.wandered ||= far(at, now.from))) return;
    if (now.grabbed) placing?.move(share(at));
    else if (now.held.holds === "picture") pan(at[0] - now.last[0], at[1] - now.last[1]);
    else dragged(state, now.held, share(at), how(event)).forEach(act);
    setRubber(boxOf(state, now.held, share(at), how(event)));
    now.last = at;
  };

  const onPointerUp = (event: React.PointerEvent) => {
    const [now, at] = [end(event.pointerId), share(within(event, box.current))];
    if (placing) placed(placing, now, at);
    else if (now) released(state, now.held, at, now.wandered, how(event)).forEach(act);
  };

  useWheel(box, zoom);
  const handlers = {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: ({ pointerId }: React.PointerEvent) => {
      end(pointerId);
      act({ do: "settle" });
    },
    onPointerLeave: () => {
      setSnapped(null);
      onPointer?.(null);
    },
    onDoubleClick: () => act({ do: "finish" }),
  };
  return { rubber, snapped, handlers };
}
