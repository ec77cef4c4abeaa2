import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Choice } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { Marked } from "@/pictures/Marked";
import { corners, type Outline } from "@/pictures/outlines";
import { useFormats } from "@/words/useFormats";
import { lookAt, SPEEDS, spanOf, type Look, type Phase } from "./film";
import styles from "./Replay.module.css";
import { usePlaying, type Playing } from "./usePlaying";

interface Props {
  looks: readonly Look[];
  phases: readonly Phase[];
  /** A masked picture of the place, over which the boxes go. */
  picture: string | null;
}

/** Boxes of what was seen, look by look: scrubbed by hand or played. No picture of anybody is recorded. */
export function Replay({ looks, phases, picture }: Props) {
  const { t } = useTranslation("replay");
  const { when } = useFormats();
  const [from, to] = spanOf(looks);
  const playing = usePlaying(from, to);
  const look = lookAt(looks, playing.at) ?? looks[0];
  const outlines = useMemo(() => (look ? outlinesOf(look) : []), [look]);
  return (
    <div className={styles.replay}>
      <div className={styles.stage} data-trusted={look?.trusted}>
        <Marked
          src={picture ?? EMPTY}
          alt={t("alt", { count: look?.things.length ?? 0 })}
          outlines={outlines}
          captioned={picture !== null}
          eager
        />
        {look && !look.trusted && <p className={styles.distrust}>{t("distrust")}</p>}
      </div>
      <div className={styles.tools}>
        <Button
          aria-label={t(playing.playing ? "pause" : "play")}
          onClick={() => playing.play(!playing.playing)}
        >
          <Icon name={playing.playing ? "pause" : "play"} small />
        </Button>
        <Scrub {...{ from, to, phases, playing }} />
        <Choice
          label={t("speed")}
          choices={SPEEDS.map((speed) => [String(speed), `${speed}×`] as const)}
          value={String(playing.speed)}
          onChange={(event) => playing.setSpeed(Number(event.target.value))}
        />
      </div>
      <p className={styles.about}>
        {when(playing.at)} · {t("about", { count: looks.length })}
      </p>
    </div>
  );
}

/** A plain ground of 16 : 9 where no picture of the place is at hand. */
const EMPTY =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720"><rect width="1280" height="720" fill="#444"/></svg>',
  );

const outlinesOf = (look: Look): Outline[] =>
  look.things.map(({ box, label, place }) => ({
    points: corners(box),
    says: label,
    tone: place ? "main" : "other",
  }));

interface ScrubProps {
  from: number;
  to: number;
  phases: readonly Phase[];
  playing: Playing;
}

/** The moment, by hand; what happened to the situation is marked. */
function Scrub({ from, to, phases, playing }: ScrubProps) {
  const { t } = useTranslation("replay");
  const { when } = useFormats();
  return (
    <div className={styles.scrub}>
      <input
        type="range"
        min={from}
        max={to}
        step={200}
        value={playing.at}
        aria-label={t("scrub")}
        aria-valuetext={when(playing.at)}
        onChange={(event) => playing.seek(Number(event.target.value))}
      />
      <div className={styles.ticks} aria-hidden="true">
        {phases.map(({ name, at }) => (
          <span key={name} style={{ left: `${((at - from) / Math.max(1, to - from)) * 100}%` }} />
        ))}
      </div>
      <div className={styles.phases}>
        {phases.map(({ name, at }) => (
          <button key={name} type="button" title={when(at)} onClick={() => playing.seek(at)}>
            {t(`phase.${name}`)}
          </button>
        ))}
      </div>
    </div>
  );
}
