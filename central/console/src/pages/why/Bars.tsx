import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "@/parts/classes";
import { useCodes } from "@/words/useWords";
import type { Candidate } from "./asking";
import { keyOf } from "./rungs";
import styles from "./Timeline.module.css";

interface Props {
  candidates: readonly Candidate[];
  chosen: Candidate | undefined;
  choose: (one: Candidate) => void;
  /** Where a time lies within the whole. */
  at: (since: string, until: string) => { left: string; width: string };
}

const ROW_PX = 15;
const EDGE_PX = 8;

/** A bar for each candidate, drawn only where one looks. The list has a button for each: these are for the pointer alone. */
export function Bars({ candidates, chosen, choose, at }: Props) {
  const { t } = useTranslation("why");
  const things = useCodes("things");
  const scroll = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its items are read while rendering, never kept
  const virtual = useVirtualizer({
    count: candidates.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    paddingStart: EDGE_PX,
    paddingEnd: EDGE_PX,
    overscan: 4,
  });
  const place = chosen ? candidates.indexOf(chosen) : -1;
  const show = useEffectEvent(() => {
    if (place >= 0) virtual.scrollToIndex(place);
  });
  useEffect(() => show(), [place]);
  return (
    <div ref={scroll} className={styles.rows}>
      <div className={styles.all} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const one = candidates[index];
          return (
            one && (
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
              <span
                key={keyOf(one)}
                className={classes(styles.bar, styles[one.outcome], one === chosen && styles.chosen)}
                style={{ ...at(one.since, one.until), top: start }}
                title={`${things("labels", one.label)} ${one.zone ?? t("noZone")}`}
                onClick={() => choose(one)}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
