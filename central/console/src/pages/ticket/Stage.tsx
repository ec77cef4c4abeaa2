import { useEffect, useEffectEvent, useRef } from "react";
import { Marked } from "@/pictures/Marked";
import type { Outline } from "@/pictures/outlines";
import { moved, transformOf, zoomed, type View } from "./zoom";
import styles from "./Viewer.module.css";

interface Props {
  view: View;
  onView: (view: View) => void;
  src: string;
  alt: string;
  outlines: readonly Outline[];
  label: string;
}

const WHEEL = 0.002; // of a factor's logarithm, for each pixel that a wheel turns

/** The window onto the picture: the wheel makes it larger, dragging moves it. */
export function Stage({ view, onView, src, alt, outlines, label }: Props) {
  const window = useRef<HTMLDivElement>(null);
  const wheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [px, py] = [(event.clientX - left) / width, (event.clientY - top) / height];
    onView(zoomed(view, Math.exp(-event.deltaY * WHEEL), px, py));
  });
  useEffect(() => {
    const hear = (event: WheelEvent) => wheel(event);
    const element = window.current;
    element?.addEventListener("wheel", hear, { passive: false });
    return () => element?.removeEventListener("wheel", hear);
  }, []);
  function dragged(event: React.PointerEvent): void {
    if (!(event.buttons & 1) || view.zoom <= 1) return;
    const { width, height } = event.currentTarget.getBoundingClientRect();
    onView(moved(view, -event.movementX / width, -event.movementY / height));
  }
  return (
    <div
      ref={window}
      className={styles.window}
      role="group"
      aria-label={label}
      // A picture that is larger than its window is moved by keys, too.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerMove={dragged}
    >
      <div className={styles.picture} style={{ transform: transformOf(view) }}>
        <Marked src={src} alt={alt} outlines={outlines} eager />
      </div>
    </div>
  );
}
