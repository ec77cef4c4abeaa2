import { useRef, useState, type RefObject } from "react";
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
  onPlace: ((at: Point) => void) | null;
  onPointer?: (at: Point | null) => void;
}

interface Down {
  held: Held;
  from: Point;
  last: Point;
  wandered: boolean;
}

/** Mouse, pen and fingers over the picture: one draws and drags, two enlarge and shift. */
export function usePointers({ box, size, view, zoom, pan, onPlace, onPointer }: Given) {
  const { state, act } = useTheBench();
  const down = useRef<Down | null>(null);
  const fingers = useRef(new Map<number, Point>());
  const [rubber, setRubber] = useState<Outline | null>(null);
  const [snapped, setSnapped] = useState<Snapped | null>(null);
  const share = (at: Point) => shareOf(at, view, size);
  const how = (event: React.PointerEvent): Fingers => ({
    size,
    reach: (event.pointerType === "touch" ? REACH.touch : REACH.mouse) / view.scale,
    round: event.shiftKey,
    free: event.altKey,
  });

  const onPointerDown = (event: React.PointerEvent) => {
    const at = within(event, box.current);
    box.current?.focus({ preventScroll: true });
    box.current?.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, at);
    if (onPlace && event.button === 0) return onPlace(share(at));
    const picture: Held = { holds: "picture", click: event.button === 0 };
    if (event.button !== 0 || fingers.current.size > 1) {
      down.current = { held: picture, from: at, last: at, wandered: true };
      return;
    }
    const { held, acts } = pressed(state, share(at), how(event));
    acts.forEach(act);
    down.current = { held, from: at, last: at, wandered: false };
  };

  const onPointerMove = (event: React.PointerEvent) => {
    const at = within(event, box.current);
    onPointer?.(share(at));
    if (fingers.current.size > 1) return pinched(fingers.current, event.pointerId, at, { zoom, pan });
    const now = down.current;
    if (!now) return hover(event, at);
    now.wandered ||= Math.hypot(at[0] - now.from[0], at[1] - now.from[1]) > WANDERS;
    if (!now.wandered) return;
    if (now.held.holds === "picture") pan(at[0] - now.last[0], at[1] - now.last[1]);
    else dragged(state, now.held, share(at), how(event)).forEach(act);
    setRubber(boxOf(state, now.held, share(at), how(event)));
    now.last = at;
  };

  const hover = (event: React.PointerEvent, at: Point) => {
    if (state.tool === "select" || event.pointerType === "touch") return setSnapped(null);
    setSnapped(snap(state, share(at), null, state.drawing.at(-1) ?? null, how(event)));
  };

  const onPointerUp = (event: React.PointerEvent) => {
    const two = fingers.current.size > 1;
    fingers.current.delete(event.pointerId);
    const now = down.current;
    down.current = null;
    setRubber(null);
    if (!now || two) return;
    released(state, now.held, share(within(event, box.current)), now.wandered, how(event)).forEach(act);
  };

  useWheel(box, zoom);
  const handlers = {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: (event: React.PointerEvent) => {
      fingers.current.delete(event.pointerId);
      down.current = null;
      setRubber(null);
      act({ do: "settle" });
    },
    onPointerLeave: () => {
      setSnapped(null);
      onPointer?.(null);
    },
    onDoubleClick: () => act({ do: "finish" }),
    onContextMenu: (event: React.MouseEvent) => event.preventDefault(),
  };
  return { rubber, snapped, handlers };
}
