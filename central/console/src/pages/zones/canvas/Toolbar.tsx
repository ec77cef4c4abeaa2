import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Button } from "@/parts/Button";
import { Icon, type IconName } from "@/parts/Icon";
import { copiedLast, keepCopied, useTheBench } from "../bench/useBench";
import type { Tool } from "../bench/state";
import { workbenchRoute } from "../route";
import styles from "./Toolbar.module.css";

const TOOLS: readonly [Tool, IconName][] = [
  ["select", "pointer"],
  ["zone", "zones"],
  ["box", "box"],
  ["ignore", "mask"],
];

/** What a pointer does on the picture, and what can be done with what is selected. */
export function Toolbar() {
  const { t } = useTranslation("zones");
  const bench = useTheBench();
  const { state, act } = bench;
  const paste = () => {
    const copy = copiedLast();
    if (copy) act({ do: "paste", copy });
  };
  const one = state.selected !== null;
  const { mode, go, calibrate } = useMode();
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("tools.title")}>
      <div className={styles.group} role="group" aria-label={t("tools.draw")}>
        {TOOLS.map(([tool, icon]) => (
          <Button
            key={tool}
            look="quiet"
            title={t(`tools.${tool}`)}
            aria-pressed={mode !== "ground" && state.tool === tool}
            onClick={() => {
              act({ do: "tool", tool });
              go(undefined);
            }}
          >
            <Icon name={icon} small />
            <span className={styles.word}>{t(`tools.${tool}`)}</span>
          </Button>
        ))}
      </div>
      <Calibrate mode={mode} onPress={calibrate} />
      <div className={styles.group} role="group" aria-label={t("tools.change")}>
        <Tool icon="undo" says={t("undo")} off={!state.history.past.length} run={() => act({ do: "undo" })} />
        <Tool
          icon="redo"
          says={t("redo")}
          off={!state.history.future.length}
          run={() => act({ do: "redo" })}
        />
        <Tool icon="copy" says={t("copy")} off={!one} run={() => keepCopied(bench)} />
        <Tool icon="paste" says={t("paste")} off={false} run={paste} />
        <Tool
          icon="trash"
          says={t(state.vertex === null ? "remove" : "removeCorner")}
          off={!one}
          run={() => act({ do: "remove" })}
        />
      </div>
    </div>
  );
}

/** Zones, or the ground: which of them is worked on is in the address. */
function useMode() {
  const { t } = useTranslation("zones");
  const { act } = useTheBench();
  const { mode } = workbenchRoute.useSearch();
  const navigate = workbenchRoute.useNavigate();
  const go = (to: "ground" | undefined) => {
    if (to !== mode)
      void navigate({ search: (now) => ({ ...now, mode: to }), replace: true, resetScroll: false });
  };
  const calibrate = () => {
    act({ do: "tool", tool: "select" });
    go(mode === "ground" ? undefined : "ground");
  };
  useShortcuts([{ keys: "c", says: t("ground.title"), run: calibrate }]);
  return { mode, go, calibrate };
}

function Calibrate({ mode, onPress }: { mode: string | undefined; onPress: () => void }) {
  const { t } = useTranslation("zones");
  return (
    <div className={styles.group} role="group" aria-label={t("ground.title")}>
      <Button look="quiet" title={t("ground.title")} aria-pressed={mode === "ground"} onClick={onPress}>
        <Icon name="map" small />
        <span className={styles.word}>{t("ground.title")}</span>
      </Button>
    </div>
  );
}

/** How far an outline is that is being drawn. */
export function Drawn() {
  const { t } = useTranslation("zones");
  const { state, act } = useTheBench();
  if (state.tool === "select") return null;
  const count = state.drawing.length;
  return (
    <div className={styles.group}>
      <span className={styles.says} role="status">
        {t("tools.corners", { count })}
      </span>
      <Button disabled={count < 3} onClick={() => act({ do: "finish" })}>
        {t("tools.finish")}
      </Button>
      <Button
        look="quiet"
        onClick={() => (count ? act({ do: "cancel" }) : act({ do: "tool", tool: "select" }))}
      >
        {t("tools.giveUp")}
      </Button>
    </div>
  );
}

function Tool({ icon, says, off, run }: { icon: IconName; says: string; off: boolean; run: () => void }) {
  return (
    <Button look="quiet" aria-label={says} title={says} disabled={off} onClick={run}>
      <Icon name={icon} small />
    </Button>
  );
}
