import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Facts } from "@/parts/Facts";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import type { Eye, FlightLine } from "./asking";
import styles from "./Beside.module.css";
import { lateIn } from "./cells";
import type { Row } from "./rows";
import { useSearchTo } from "./useSearchTo";

const TONES: Record<string, Tone> = { well: "good", ill: "bad", offline: "bad", unknown: "neutral" };

/** A camera, gate, sensor or drone. */
export function AboutEye({ eye }: { eye: Eye }) {
  const { t } = useTranslation("map");
  const of = useCodes("map");
  return (
    <>
      <p className={styles.badges}>
        <Badge tone={TONES[eye.state] ?? "neutral"}>{t(`eyeStates.${eye.state}`)}</Badge>
        {eye.conditions.map((condition) => (
          <Badge key={condition} tone="warn">
            {condition.replaceAll("_", " ")}
          </Badge>
        ))}
      </p>
      <Facts
        facts={[
          [t("fact.sort"), of("eyes", eye.kind)],
          [t("fact.place"), eye.place],
          [t("fact.node"), eye.node.replace("gewu://", "")],
          [t("fact.kinds"), eye.kinds.map((kind) => kind.replaceAll("_", " ")).join(", ")],
        ]}
      />
    </>
  );
}

export function AboutFlight({ flight: { properties: flight } }: { flight: FlightLine }) {
  const { t } = useTranslation("map");
  const { moment, number } = useFormats();
  return (
    <Facts
      facts={[
        [t("fact.source"), `${flight.source} · ${flight.node.replace("gewu://", "")}`],
        [t("fact.began"), moment(flight.began)],
        [t("fact.ended"), moment(flight.ended)],
        [t("fact.found"), number(flight.found)],
        [t("fact.seenAgain"), number(flight.seen_again)],
        [t("fact.cleared"), number(flight.cleared)],
      ]}
    />
  );
}

/** A cell of the grid, and the way to see it alone. */
export function AboutCell({ code, rows, now }: { code: string; rows: readonly Row[]; now: number }) {
  const { t } = useTranslation("map");
  const { number } = useFormats();
  const to = useSearchTo();
  const inside = rows.filter(({ cell, open }) => cell === code && open).length;
  return (
    <>
      <Facts
        facts={[
          [t("fact.open"), number(inside)],
          [t("fact.late"), number(lateIn(rows, code, now))],
        ]}
      />
      <p className={styles.actions}>
        <Button onClick={() => to({ cell: code })}>{t("onlyCell")}</Button>
        <Button onClick={() => to({ cell: code.slice(0, 12) })}>{t("onlyCommunity")}</Button>
      </p>
    </>
  );
}
