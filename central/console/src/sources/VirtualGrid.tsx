import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import styles from "./VirtualGrid.module.css";

interface Props<Item> {
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** Of one item, in pixels; the height of each is the same. */
  height: number;
  /** As many beside each other as have this width; undefined: one. */
  least?: number;
  gap?: number;
  role: "list" | "rowgroup";
  label?: string;
  /** Scrolled to when it changes; -1: nowhere. */
  at?: number;
  children: (item: Item, place: number) => ReactNode;
}

/** Thousands of items, drawn only where the page is scrolled to. */
export function VirtualGrid<Item>({
  items,
  keyOf,
  height,
  least,
  gap = 0,
  role,
  label,
  at = -1,
  children,
}: Props<Item>) {
  const own = useRef<HTMLDivElement>(null);
  const { width, margin } = usePlace(own);
  const columns = least ? Math.max(1, Math.floor((width + gap) / (least + gap))) : 1;
  // eslint-disable-next-line react-hooks/incompatible-library -- its items are read while rendering, never kept
  const virtual = useVirtualizer({
    count: Math.ceil(items.length / columns),
    getScrollElement: () => document.getElementById("main"),
    estimateSize: () => height + gap,
    scrollMargin: margin,
    overscan: 3,
  });
  const show = useEffectEvent(() => {
    if (at >= 0) virtual.scrollToIndex(Math.floor(at / columns));
  });
  useEffect(() => show(), [at]);
  useEffect(() => virtual.measure(), [virtual, height, gap]);
  return (
    <div
      ref={own}
      role={role}
      aria-label={label}
      className={styles.grid}
      style={{ height: Math.max(0, virtual.getTotalSize() - gap) }}
    >
      {virtual.getVirtualItems().map(({ index, start }) => (
        <div
          key={index}
          role="presentation"
          className={styles.row}
          style={{
            transform: `translateY(${start - margin}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            height,
            gap,
          }}
        >
          {items.slice(index * columns, (index + 1) * columns).map((item, column) => (
            <Keyed key={keyOf(item)}>{children(item, index * columns + column)}</Keyed>
          ))}
        </div>
      ))}
    </div>
  );
}

const Keyed = ({ children }: { children: ReactNode }) => children;

/** How wide it is, and how far below the beginning of what scrolls. */
function usePlace(own: React.RefObject<HTMLDivElement | null>) {
  const [place, setPlace] = useState({ width: 0, margin: 0 });
  useLayoutEffect(() => {
    const main = document.getElementById("main");
    const grid = own.current;
    if (!main || !grid) return undefined;
    const measure = () => {
      const margin = Math.round(
        grid.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop,
      );
      const width = grid.clientWidth;
      setPlace((known) => (known.width === width && known.margin === margin ? known : { width, margin }));
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(grid);
    if (grid.parentElement) sizes.observe(grid.parentElement);
    for (const each of main.children) sizes.observe(each);
    return () => sizes.disconnect();
  }, [own]);
  return place;
}
