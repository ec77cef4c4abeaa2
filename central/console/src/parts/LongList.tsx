import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useRef, type ReactNode } from "react";
import { classes } from "@/parts/classes";
import styles from "./LongList.module.css";

interface Props<Item> {
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** About as high is one, in pixels; how high each really is, is measured. */
  height: number;
  /** The current one: always drawn, scrolled to when it changes, and focus within the list goes along; -1: none. */
  at: number;
  className?: string;
  /** Arrows, Home and End led to it. */
  onStep: (item: Item) => void;
  /** tabIndex: 0 for the current one, which the Tab key leads to, else -1. */
  children: (item: Item, tabIndex: 0 | -1) => ReactNode;
}

const GAP_PX = 4;
const LEAP = 10;
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: LEAP,
  PageUp: -LEAP,
  Home: -Infinity,
  End: Infinity,
};

/** The place that a key leads to from another; null: it leads nowhere. */
export function stepped(key: string, at: number, count: number): number | null {
  const by = STEPS[key];
  return by === undefined || !count ? null : Math.max(0, Math.min(count - 1, at + by));
}

/** Hundreds of items in a box that scrolls, drawn only where one looks; each holds one button. */
export function LongList<Item>({ items, keyOf, height, at, className, onStep, children }: Props<Item>) {
  const scroll = useRef<HTMLDivElement>(null);
  const reached = Math.max(0, at);
  // eslint-disable-next-line react-hooks/incompatible-library -- its items are read while rendering, never kept
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    getItemKey: (place) => (items[place] ? keyOf(items[place]) : place),
    rangeExtractor: (range) => withOne(range, reached),
    gap: GAP_PX,
    overscan: 6,
  });
  const show = useEffectEvent(() => {
    if (at < 0) return;
    virtual.scrollToIndex(at);
    const box = scroll.current;
    if (box?.contains(document.activeElement))
      box.querySelector<HTMLElement>(`[data-index="${at}"] button`)?.focus(); // which scrolls the page too
  });
  useEffect(() => show(), [at]);
  function press(event: React.KeyboardEvent): void {
    const next = items[stepped(event.key, at, items.length) ?? -1];
    if (!next) return;
    event.preventDefault();
    onStep(next);
  }
  return (
    <div ref={scroll} className={classes(styles.scroll, className)}>
      {/* The keys move between the buttons within. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ol className={styles.list} style={{ height: virtual.getTotalSize() }} onKeyDown={press}>
        {virtual.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={items.length}
            className={styles.item}
            style={{ transform: `translateY(${start}px)` }}
          >
            {items[index] && children(items[index], index === reached ? 0 : -1)}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Those in sight, and one more, so that the keyboard never loses it. */
function withOne(range: Range, one: number): number[] {
  const seen = defaultRangeExtractor(range);
  return seen.includes(one) || one >= range.count ? seen : [...seen, one].sort((a, b) => a - b);
}
