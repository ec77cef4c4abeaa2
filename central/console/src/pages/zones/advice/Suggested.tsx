import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Said } from "@/parts/Said";
import { useFormats } from "@/words/useFormats";
import { useTheOverlays } from "../bench/overlay";
import { useTheBench } from "../bench/useBench";
import { alike, compared } from "../draft/comparing";
import { draftOf, type Draft } from "../draft/shape";
import { Differences } from "../saving/Differences";
import styles from "./Advice.module.css";
import type { Suggestion, Suggestions } from "./useAdvice";

/** Each change with its effect, the best first. Taken over it changes the draft; nothing is saved by itself. */
export function Suggested({ list }: { list: Suggestions }) {
  const { t } = useTranslation("zones");
  const { act } = useTheBench();
  const [chosen, setChosen] = useState<string | null>(null);
  if (!list.items.length) return <Empty title={t("advice.nothing")} />;
  const take = (suggested: Draft, zone: string) => {
    act({ do: "change", draft: suggested, select: { zone } });
    setChosen(null);
  };
  return (
    <ol className={styles.list} aria-label={t("advice.title")}>
      {list.items.map((each) => (
        <One
          key={each.id}
          suggestion={each}
          chosen={chosen === each.id}
          onChoose={() => setChosen(chosen === each.id ? null : each.id)}
          onTake={(draft) => take(draft, list.zone)}
        />
      ))}
    </ol>
  );
}

/** Zones of the ground that keep their outline stay zones of the ground. */
function suggestedOn(base: Draft, suggested: Suggestion["zones"]): Draft {
  const known = new Map(base.zones.map((zone) => [zone.id, zone]));
  const zones = draftOf({ zones: suggested }).zones.map((zone) => {
    const { placed, polygon } = known.get(zone.id) ?? {};
    return placed && alike(polygon, zone.polygon) ? { ...zone, placed } : zone;
  });
  return { ...base, zones };
}

interface OneProps {
  suggestion: Suggestion;
  chosen: boolean;
  onChoose: () => void;
  onTake: (draft: Draft) => void;
}

function One({ suggestion, chosen, onChoose, onTake }: OneProps) {
  const { t } = useTranslation("zones");
  const { state } = useTheBench();
  const { show } = useTheOverlays();
  const { zones, reason, rank } = suggestion;
  useEffect(() => {
    if (!chosen) return undefined;
    const known = new Map(state.base.zones.map((zone) => [zone.id, zone.polygon]));
    const outlines = draftOf({ zones }).zones.filter(({ id, polygon }) => !alike(known.get(id), polygon));
    const shown = outlines.map(({ polygon }) => ({ outline: polygon, as: "suggested" as const }));
    show("advice", { outlines: shown, boxes: [] });
    return () => show("advice", null);
  }, [chosen, zones, state.base, show]);
  const draft = suggestedOn(state.base, zones);
  return (
    <li>
      <div className={styles.line}>
        {rank && <Badge tone={rank === 1 ? "accent" : "neutral"}>{rank}</Badge>}
        <strong>
          <Said reason={reason} />
        </strong>
      </div>
      <Effect suggestion={suggestion} />
      <Differences difference={compared(state.base, draft)} />
      <div className={styles.line}>
        <Button aria-pressed={chosen} onClick={onChoose}>
          {t("advice.preview")}
        </Button>
        <Button look="main" onClick={() => onTake(draft)}>
          {t("advice.take")}
        </Button>
      </div>
    </li>
  );
}

function Effect({ suggestion: { effect } }: { suggestion: Suggestion }) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  if (!effect) return <p className={styles.soft}>{t("advice.untried")}</p>;
  const count = (mark: string, outcome: string) => effect.marks[mark]?.[outcome] ?? 0;
  const share = (value: number | null) => (value === null ? "–" : number(value, { style: "percent" }));
  return (
    <p className={styles.soft}>
      {t("advice.effect", {
        gone: count("false_alarm", "dropped"),
        lost: count("right", "dropped"),
        fresh: effect.new.length,
        others: effect.gone.length,
        precision: share(effect.precision),
      })}
    </p>
  );
}
