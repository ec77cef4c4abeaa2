import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Loading } from "@/parts/Loading";
import { useFormats } from "@/words/useFormats";
import { settingsQuery, type Since } from "../asking/zones";
import { useTheBench } from "../bench/useBench";
import { compared } from "../draft/comparing";
import { redrawn } from "../draft/grounding";
import { choiceOf, GROUND, IGNORE, merged, parts, type Choice, type Part } from "../draft/merging";
import { draftOf, type Draft } from "../draft/shape";
import { Differences } from "./Differences";
import { Miniature } from "./Miniature";
import styles from "./Saving.module.css";

/** Who changed what meanwhile, and zone by zone whose it shall be. */
export function Merging({ since, onDone }: { since: Since; onDone: () => void }) {
  const { t } = useTranslation("zones");
  const { place, state } = useTheBench();
  const { when } = useFormats();
  const asked = useQuery({ ...settingsQuery(place), enabled: since.theirs === null });
  const body = asked.data?.body;
  const theirs = useMemo(
    () => since.theirs ?? (body && "zones" in body ? draftOf(body) : null),
    [since.theirs, body],
  );
  return (
    <div className={styles.form}>
      <ul className={styles.since}>
        {since.changes.map(({ version, by, at, why, diff }) => (
          <li key={version}>
            <Badge tone="info">{`v${version}`}</Badge> <strong>{by}</strong> {when(at)}
            {why && <q>{why}</q>}
            <small>{diff.join("; ")}</small>
          </li>
        ))}
      </ul>
      {theirs ? (
        <Choosing theirs={withRest(theirs, state.base)} version={since.version} onDone={onDone} />
      ) : (
        <Loading />
      )}
      <p className={styles.soft}>{t("merge.then")}</p>
    </div>
  );
}

/** A version that says nothing of what is left out, or of the ground, leaves it as it was. */
const withRest = (theirs: Draft, base: Draft): Draft =>
  redrawn({
    zones: theirs.zones,
    ignore: theirs.ignore.length ? theirs.ignore : base.ignore,
    known: theirs.known.length ? theirs.known : base.known,
  });

interface Choosing {
  theirs: Draft;
  version: number;
  onDone: () => void;
}

function Choosing({ theirs, version, onDone }: Choosing) {
  const { t } = useTranslation("zones");
  const { state, draft, act } = useTheBench();
  const found = useMemo(() => parts(state.base, draft, theirs), [state.base, draft, theirs]);
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const differing = found.filter(({ by }) => by !== "nobody");
  const take = () => {
    const whole = merged(found, draft, theirs, choices);
    act({ do: "based", base: theirs, version });
    act({ do: "change", draft: whole });
    onDone();
  };
  const whole = merged(found, draft, theirs, choices);
  return (
    <>
      {differing.map((part) => (
        <One
          key={part.name}
          part={part}
          choice={choices[part.name] ?? choiceOf(part)}
          onChoose={(choice) => setChoices((now) => ({ ...now, [part.name]: choice }))}
        />
      ))}
      <Differences difference={compared(theirs, whole)} />
      <div className={styles.actions}>
        <Button look="main" onClick={take}>
          {t("merge.take")}
        </Button>
      </div>
    </>
  );
}

interface OneProps {
  part: Part;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}

function One({ part, choice, onChoose }: OneProps) {
  const { t } = useTranslation("zones");
  const names: Record<string, string> = { [IGNORE]: t("diff.ignore"), [GROUND]: t("diff.ground") };
  const name = names[part.name] ?? part.name;
  const side = (which: Choice) => {
    const zone = part[which];
    return (
      <label className={styles.choice} data-chosen={choice === which || undefined}>
        <span>
          <input
            type="radio"
            name={`merge ${part.name}`}
            checked={choice === which}
            onChange={() => onChoose(which)}
          />
          {t(`merge.${which}`)}
        </span>
        {!(part.name in names) && (zone ? <Miniature zone={zone} /> : <em>{t("merge.gone")}</em>)}
      </label>
    );
  };
  return (
    <fieldset className={styles.part}>
      <legend>
        {name}{" "}
        <Badge tone={part.by === "both" ? "warn" : "neutral"}>
          {t(`merge.by.${part.by as "mine" | "theirs" | "both"}`)}
        </Badge>
      </legend>
      {side("mine")}
      {side("theirs")}
    </fieldset>
  );
}
