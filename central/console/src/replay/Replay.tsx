import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Button } from "@/parts/Button";
import { Choice } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { Marked } from "@/pictures/Marked";
import { corners, type Outline } from "@/pictures/outlines";
import { useFormats } from "@/words/useFormats";
import {
  activityOf,
  lookAt,
  shotAt,
  SPEEDS,
  spanOf,
  stepFrom,
  type Look,
  type Phase,
  type Shot,
} from "./film";
import styles from "./Replay.module.css";
import { usePlaying, type Playing } from "./usePlaying";

interface Props {
  looks: readonly Look[];
  phases: readonly Phase[];
  /** Masked pictures of the place, over which the boxes go: the one of the moment, as near as there is. */
  shots: readonly Shot[];
}

/** Boxes of what was seen, look by look: scrubbed by hand or played. No picture of anybody is recorded. */
export function Replay({ looks, phases, shots }: Props) {
  const { t } = useTranslation("replay");
  const [from, to] = spanOf(looks);
  const playing = usePlaying(from, to);
  const look = lookAt(looks, playing.at) ?? looks[0];
  const shot = shotAt(shots, playing.at);
  const step = (by: number) => playing.seek(stepFrom(looks, playing.at, by));
  useShortcuts([
    { keys: "p", says: t("playPause"), run: () => playing.play(!playing.playing) },
    { keys: ",", says: t("previousLook"), run: () => step(-1) },
    { keys: ".", says: t("nextLook"), run: () => step(1) },
  ]);
  return (
    <div className={styles.replay}>
      <Stage look={look} shot={shot} />
      <div className={styles.tools}>
        <Buttons playing={playing} onStep={step} />
        <Scrub {...{ from, to, looks, phases, playing }} onStep={step} />
        <Choice
          label={t("speed")}
          choices={SPEEDS.map((speed) => [String(speed), `${speed}×`] as const)}
          value={String(playing.speed)}
          onChange={(event) => playing.setSpeed(Number(event.target.value))}
        />
      </div>
      <About at={playing.at} count={looks.length} shot={shot} />
    </div>
  );
}

/** The picture with the boxes of a look. */
function Stage({ look, shot }: { look: Look | undefined; shot: Shot | null }) {
  const { t } = useTranslation("replay");
  const outlines = useMemo(() => (look ? outlinesOf(look) : []), [look]);
  return (
    <div className={styles.stage} data-trusted={look?.trusted}>
      <Marked
        src={shot?.src ?? EMPTY}
        alt={t("alt", { count: look?.things.length ?? 0 })}
        outlines={outlines}
        captioned={shot !== null}
        className={styles.shown}
        eager
      />
      {look && !look.trusted && <p className={styles.distrust}>{t("distrust")}</p>}
    </div>
  );
}

function Buttons({ playing, onStep }: { playing: Playing; onStep: (by: number) => void }) {
  const { t } = useTranslation("replay");
  return (
    <span className={styles.buttons}>
      <Button aria-label={t("previousLook")} onClick={() => onStep(-1)}>
        <Icon name="previous" small />
      </Button>
      <Button
        aria-label={t(playing.playing ? "pause" : "play")}
        onClick={() => playing.play(!playing.playing)}
      >
        <Icon name={playing.playing ? "pause" : "play"} small />
      </Button>
      <Button aria-label={t("nextLook")} onClick={() => onStep(1)}>
        <Icon name="next" small />
      </Button>
    </span>
  );
}

function About({ at, count, shot }: { at: number; count: number; shot: Shot | null }) {
  const { t } = useTranslation("replay");
  const { when, exact } = useFormats();
  return (
    <p className={styles.about}>
      <time title={exact(at)}>{when(at)}</time> · {t("about", { count })}
      {shot && <> · {t("pictureOf", { when: when(shot.at) })}</>}
    </p>
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
  looks: readonly Look[];
  phases: readonly Phase[];
  playing: Playing;
  onStep: (by: number) => void;
}

const BINS = 160;
const MANY = 10;

/** The moment, by hand: arrows lead from look to look. What happened, and when there was much, is marked. */
function Scrub({ from, to, looks, phases, playing, onStep }: ScrubProps) {
  const { t } = useTranslation("replay");
  const { when } = useFormats();
  const activity = useMemo(() => activityOf(looks, BINS), [looks]);
  const most = Math.max(1, ...activity);
  function press(event: React.KeyboardEvent): void {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by && event.key !== " ") return;
    event.preventDefault();
    if (by) onStep(event.shiftKey ? by * MANY : by);
    else playing.play(!playing.playing);
  }
  return (
    <div className={styles.scrub}>
      <svg
        className={styles.activity}
        viewBox={`0 0 ${BINS} 1`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={activity.map((many, at) => `M${at} 1v${-many / most}h1v${many / most}z`).join("")} />
      </svg>
      <input
        type="range"
        min={from}
        max={to}
        step="any"
        value={playing.at}
        aria-label={t("scrub")}
        aria-valuetext={when(playing.at)}
        onChange={(event) => playing.seek(Number(event.target.value))}
        onKeyDown={press}
      />
      <div className={styles.ticks} aria-hidden="true">
        {phases.map(({ name, at, of }) => (
          <span key={`${of} ${name}`} style={{ left: `${((at - from) / Math.max(1, to - from)) * 100}%` }} />
        ))}
      </div>
      <div className={styles.phases}>
        {phases.map(({ name, at, of }) => (
          <button key={`${of} ${name}`} type="button" title={when(at)} onClick={() => playing.seek(at)}>
            {[of, t(`phase.${name}`)].filter(Boolean).join(" ")}
          </button>
        ))}
      </div>
    </div>
  );
}
