import { useEffect, type RefObject } from "react";
import type { Point } from "../geometry/outline";
import type { Viewing } from "./useView";

/** Where a pointer is within an element, in pixels of the screen. */
export const within = (
  { clientX, clientY }: { clientX: number; clientY: number },
  box: HTMLElement | null,
): Point => {
  const rim = box?.getBoundingClientRect();
  return [clientX - (rim?.left ?? 0), clientY - (rim?.top ?? 0)];
};

/** One of two fingers has moved: what lies between them is enlarged about their middle, and shifted. */
export function pinched(
  fingers: Map<number, Point>,
  id: number,
  at: Point,
  { zoom, pan }: Pick<Viewing, "zoom" | "pan">,
): void {
  const before = fingers.get(id);
  const other = [...fingers].find(([each]) => each !== id)?.[1];
  fingers.set(id, at);
  if (!before || !other) return;
  const apart = (a: Point) => Math.hypot(a[0] - other[0], a[1] - other[1]) || 1;
  zoom(apart(at) / apart(before), [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2]);
  pan((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
}

/** The wheel enlarges where the picture has the focus, or with Ctrl; else the page scrolls as ever. */
export function useWheel(
  box: RefObject<HTMLDivElement | null>,
  zoom: (by: number, at?: Point) => void,
): void {
  useEffect(() => {
    const element = box.current;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), within(event, element));
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [box, zoom]);
}
