import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AskState } from "@/asks/AskState";
import { useAsking } from "@/asks/useAsking";
import { AboutCamera } from "./AboutCamera";
import { FindCameras } from "./FindCameras";
import { shortName, type Node } from "./progress";
import { Probed } from "./Probed";
import { freeId, probed, WAYS, type Typed, type Way } from "./source";
import { SourceFields } from "./SourceFields";
import styles from "./Start.module.css";

/** Where the pictures come from, a try, and then what it is called and where it is. */
export function NewCamera({ node, onAdded }: { node: Node; onAdded: () => void }) {
  const { t } = useTranslation("start");
  const [typed, setTyped] = useState<Typed>({ way: "onvif", address: "", username: "" });
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState<Typed | null>(null);
  const probe = useAsking();
  const name = shortName(node.node);
  const id = freeId(node.sources.map((source) => source.id));
  const change = (more: Partial<Typed>) => setTyped((now) => ({ ...now, ...more }));
  function choose(way: Way): void {
    setTyped({ way, address: "", username: "" });
    setTried(null);
  }
  function attempt(): void {
    setTried(typed);
    const secret = password && typed.way !== "file" ? { secret: password } : {};
    probe.start({ command: "probe", node: name, source: probed(id, typed), ...secret });
  }
  const done = tried !== null && probe.ask?.status === "done" ? probe.ask.result : null;
  return (
    <div className={styles.part}>
      <h3>{t("camera.new")}</h3>
      <Ways way={typed.way} onChoose={choose} />
      {typed.way === "onvif" && <FindCameras node={name} onFound={(address) => change({ address })} />}
      <SourceFields
        typed={typed}
        password={password}
        busy={probe.busy}
        onChange={change}
        onPassword={setPassword}
        onTry={attempt}
      />
      {tried && <AskState asking={probe} onAgain={attempt} />}
      {done && tried && (
        <>
          <Probed stream={done.stream ?? null} still={done.stills?.at(-1) ?? null} />
          <AboutCamera
            node={node}
            id={id}
            typed={tried}
            password={password}
            found={done.settings ?? null}
            onAdded={onAdded}
          />
        </>
      )}
    </div>
  );
}

function Ways({ way, onChoose }: { way: Way; onChoose: (way: Way) => void }) {
  const { t } = useTranslation("start");
  return (
    <fieldset className={styles.ways}>
      <legend className="unseen">{t("camera.from")}</legend>
      {WAYS.map((one) => (
        <label key={one}>
          <input type="radio" name="way" value={one} checked={one === way} onChange={() => onChoose(one)} />
          <b>{t(`ways.${one}`)}</b>
          <span>{t(`ways.${one}Help`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
