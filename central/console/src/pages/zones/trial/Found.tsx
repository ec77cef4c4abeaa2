import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { keepList } from "@/links/listed";
import { Choice } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { useNamed } from "@/words/useWords";
import { useKindNames } from "../asking/kinds";
import { reasonsQuery } from "../asking/marks";
import { useTheOverlays } from "../bench/overlay";
import type { Box } from "../geometry/outline";
import { FoundRow } from "./FoundRow";
import type { Pair } from "./pairing";
import styles from "./Trial.module.css";
import { useMarking, type Said, type Why } from "./useMarking";
import type { Period, Trying } from "./useTrial";

interface Props {
  shown: readonly Pair[];
  trying: Trying;
  period: Period;
  selected: string | null;
  onSelect: (key: string | null) => void;
  active: boolean;
}

/** Every situation with its reasons; j and k go through them, r, f and m say what they were. */
export function Found({ shown, trying, period, selected, onSelect, active }: Props) {
  const { t } = useTranslation("zones");
  const marking = useMarking(period, trying.again);
  const list = useRef<HTMLOListElement>(null);
  const at = shown.findIndex(({ key }) => key === selected);
  const pair = shown[at] ?? null;
  useDrawn(active ? pair : null);
  useListed(active ? shown.flatMap((each) => marking.of(each).ticket ?? []) : []);
  const go = (by: number) => {
    const next = shown[Math.min(shown.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (!next) return;
    onSelect(next.key);
    list.current?.querySelector(`[data-key="${CSS.escape(next.key)}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const say = (said: Said) => {
    if (!pair) return;
    marking.say(pair, said);
    go(1);
  };
  useShortcuts(
    active
      ? [
          { keys: "j", says: t("trial.next"), run: () => go(1) },
          { keys: "k", says: t("trial.previous"), run: () => go(-1) },
          { keys: "r", says: t("mark.right"), run: () => say("right") },
          { keys: "f", says: t("mark.false_alarm"), run: () => say("false_alarm") },
          { keys: "m", says: t("mark.missed"), run: () => say("missed") },
        ]
      : [],
  );
  return (
    <>
      {marking.may && <WhyChoice why={marking.why} onChoose={marking.setWhy} />}
      <Trouble error={marking.error} />
      <ol ref={list} className={styles.found} aria-label={t("trial.list")}>
        {shown.map((each) => (
          <FoundRow
            key={each.key}
            pair={each}
            selected={each.key === selected}
            onSelect={() => onSelect(each.key === selected ? null : each.key)}
            marking={marking}
          />
        ))}
      </ol>
    </>
  );
}

function WhyChoice({ why, onChoose }: { why: Why; onChoose: (why: Why) => void }) {
  const { t } = useTranslation("zones");
  const named = useNamed();
  const reasons = useQuery(reasonsQuery).data ?? [];
  return (
    <div className={styles.why}>
      <Choice
        label={t("mark.why")}
        value={why}
        choices={reasons.map((each) => [each.reason, named(each)] as const)}
        onChange={({ target }) => onChoose(target.value as Why)}
      />
      <p className={styles.soft}>{t("mark.keys")}</p>
    </div>
  );
}

/** Tickets in the order of the list: from one's own page the next one is a key away. */
function useListed(tickets: readonly string[]): void {
  const numbers = [...new Set(tickets)].join(" ");
  useEffect(() => {
    if (numbers) keepList(numbers.split(" "));
  }, [numbers]);
}

/** The box of the one that is selected, over the picture. */
function useDrawn(pair: Pair | null): void {
  const { show } = useTheOverlays();
  const names = useKindNames();
  const says = pair ? names(pair.one.kind) : "";
  const overlay = useMemo(() => {
    if (!pair) return null;
    const as = pair.sort === "both" ? "both" : pair.sort === "gone" ? "now" : "draft";
    const box = pair.one.box as unknown as Box | null | undefined;
    return { outlines: [], boxes: box ? [{ box, as, says } as const] : [] };
  }, [pair, says]);
  useEffect(() => {
    show("trial", overlay);
    return () => show("trial", null);
  }, [overlay, show]);
}
