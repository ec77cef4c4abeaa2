import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AskState } from "@/asks/AskState";
import { useShortcuts } from "@/keys/useShortcuts";
import { Ago } from "@/parts/Ago";
import { Button } from "@/parts/Button";
import { Choice } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { Panel } from "@/parts/Panel";
import { stillUrl, type Place } from "@/sources/place";
import type { SourceFares } from "@/sources/Snapshot";
import { useNow } from "@/sources/useNow";
import { useFormats } from "@/words/useFormats";
import styles from "./Camera.module.css";
import { useReady } from "./useReady";
import { useWatching, type Watching } from "./useWatching";
import { EVERY_S, manyIn, type Still } from "./watching";

interface Props {
  place: Place;
  item: SourceFares | null;
}

const addressOf = ({ sha256 }: Still): string => `/api/stills/${sha256}`;

/** Masked stills of now: one, or a series for as long as somebody looks. */
export function Live({ place, item }: Props) {
  const { t } = useTranslation("cameras");
  const watching = useWatching(place);
  const { stills, since } = watching;
  const [held, hold] = useState<string | null>(null);
  const shown = shownOf(place, item, stills.find(({ sha256 }) => sha256 === held) ?? stills.at(-1));
  useShortcuts([
    { keys: "l", says: t("liveKey"), run: since === null ? watching.begin : watching.stop },
    { keys: "n", says: t("lookNow"), run: watching.look },
  ]);
  return (
    <Panel title={t("nowTitle")}>
      <Tools watching={watching} />
      <Stage {...shown} on={since !== null} />
      <Told watching={watching} />
      {stills.length > 1 && (
        <ol className={styles.strip} aria-label={t("series")}>
          {stills.map((still) => (
            <Frame
              key={still.sha256}
              still={still}
              held={still.sha256 === held}
              onHold={() => hold(still.sha256 === held ? null : still.sha256)}
            />
          ))}
        </ol>
      )}
    </Panel>
  );
}

interface Shown {
  src: string | null;
  taken: string | null;
  /** How many places of it are masked; null where that is not known. */
  hidden: number | null;
}

/** A still that was asked for, else the last one that the centre has. */
function shownOf(place: Place, item: SourceFares | null, still: Still | undefined): Shown {
  if (still) return { src: addressOf(still), taken: still.taken, hidden: still.hidden };
  const kept = item?.still;
  if (!kept) return { src: null, taken: null, hidden: null };
  return { src: stillUrl(place, kept.sha256), taken: kept.taken, hidden: null };
}

function Stage({ src, taken, hidden, on }: Shown & { on: boolean }) {
  const { t } = useTranslation("cameras");
  const { exact } = useFormats();
  const now = useNow(1);
  const ready = useReady(src);
  return (
    <div className={styles.stage} data-live={on || undefined}>
      {ready ? <img src={ready} alt={taken ? t("pictureAt", { when: exact(taken) }) : ""} /> : t("noPicture")}
      <div className={styles.over}>
        {on && <span className={styles.on}>{t("onAir")}</span>}
        {taken && (
          <span>
            <Ago at={taken} now={now} />
          </span>
        )}
        {hidden !== null && hidden > 0 && <span>{t("masked", { count: hidden })}</span>}
      </div>
    </div>
  );
}

function Tools({ watching }: { watching: Watching }) {
  const { t } = useTranslation("cameras");
  const { since, asking, everyS } = watching;
  const on = since !== null;
  return (
    <div className={styles.tools}>
      <Button look={on ? "danger" : "main"} onClick={on ? watching.stop : watching.begin}>
        <Icon name={on ? "pause" : "play"} small />
        {t(on ? "stop" : "begin")}
      </Button>
      <Button busy={on || asking.busy} onClick={watching.look}>
        <Icon name="picture" small />
        {t("lookNow")}
      </Button>
      <Choice
        label={t("every")}
        disabled={on}
        value={String(everyS)}
        choices={EVERY_S.map((each) => [String(each), t("everyS", { count: each })] as const)}
        onChange={({ target }) => watching.setEvery(Number(target.value))}
      />
    </div>
  );
}

/** How far it is, why it ended, or what is wrong. */
function Told({ watching }: { watching: Watching }) {
  const { t } = useTranslation("cameras");
  const { asking, since, stopped, everyS, look } = watching;
  const came = asking.ask?.result.stills?.length ?? 0;
  const on = since !== null;
  return (
    <div className={styles.told}>
      {on && came > 0 ? (
        <>
          <p role="status">{t("far", { came, all: Math.max(came, manyIn(everyS)) })}</p>
          <progress aria-label={t("series")} max={manyIn(everyS)} value={came} />
        </>
      ) : (
        <AskState asking={asking} onAgain={look} />
      )}
      {!on && stopped && <p role="status">{t(`stopped.${stopped}`)}</p>}
      {!on && !stopped && !asking.ask && !asking.busy && <p>{t("audited")}</p>}
    </div>
  );
}

function Frame({ still, held, onHold }: { still: Still; held: boolean; onHold: () => void }) {
  const { t } = useTranslation("cameras");
  const { when } = useFormats();
  const at = when(still.taken);
  return (
    <li>
      <button type="button" aria-pressed={held} aria-label={t("holdAt", { when: at })} onClick={onHold}>
        <img src={addressOf(still)} alt="" loading="lazy" />
        {at}
      </button>
    </li>
  );
}
