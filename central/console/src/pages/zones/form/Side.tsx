import { Link } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { BY_SEARCH, Tabs } from "@/parts/Tabs";
import { useTheBench } from "../bench/useBench";
import { toldWithin, type Told } from "../draft/told";
import type { Warning } from "../draft/warnings";
import { outlineOf, sameOne, zoneOf, type Zone } from "../draft/shape";
import type { Size } from "../geometry/outline";
import { SIDES, workbenchRoute } from "../route";
import styles from "./Side.module.css";
import { Hours } from "./Hours";
import { Points } from "./Points";
import { Rules } from "./Rules";
import { WarningList } from "./WarningList";
import { ZoneList } from "./ZoneList";

interface Props {
  size: Size;
  warnings: readonly Warning[];
  told: readonly Told[];
  runs: Settings;
}
type Settings = Readonly<Record<string, string>>;

/** The list of zones, and what is set of the one that is selected. */
export function Side({ size, warnings, told, runs }: Props) {
  const { t } = useTranslation("zones");
  const { draft, state } = useTheBench();
  useLinked();
  const zone = zoneOf(draft, state.selected);
  const outline = outlineOf(draft, state.selected);
  const about = warnings.filter(({ of }) => sameOne(of, state.selected));
  const said = told.filter(({ of }) => sameOne(of, state.selected));
  return (
    <div className={styles.side}>
      <ZoneList warnings={warnings} told={told} />
      {!outline && <p className={styles.none}>{draft.zones.length ? t("list.choose") : t("list.empty")}</p>}
      {outline && (
        <section className={styles.one} aria-label={zone ? (zone.name ?? zone.id) : t("ignore.title")}>
          <WarningList warnings={about} told={said} />
          {zone ? (
            <OfZone zone={zone} size={size} told={told} version={runs[zone.id]} />
          ) : (
            <Points size={size} />
          )}
        </section>
      )}
    </div>
  );
}

interface ZoneProps {
  zone: Zone;
  size: Size;
  told: readonly Told[];
  version: string | undefined;
}

function OfZone({ zone, size, told, version }: ZoneProps) {
  const { t } = useTranslation("zones");
  const { act, draft } = useTheBench();
  const { side = "rules" } = workbenchRoute.useSearch();
  const put = (schedule: Zone["schedule"], merges?: string) =>
    act({
      do: "change",
      draft: {
        ...draft,
        zones: draft.zones.map((each) => (each.id === zone.id ? { ...each, schedule } : each)),
      },
      merges,
    });
  return (
    <>
      <Tabs label={t("side.title")}>
        {SIDES.map((each) => (
          <Link
            key={each}
            from={workbenchRoute.fullPath}
            to="."
            search={(now) => ({ ...now, side: each === "rules" ? undefined : each })}
            activeOptions={BY_SEARCH}
            aria-current={each === side ? "page" : undefined}
            replace
            resetScroll={false}
          >
            {t(`side.${each}`)}
          </Link>
        ))}
      </Tabs>
      {side === "rules" && <Rules zone={zone} told={told} version={version} />}
      {side === "hours" && (
        <Hours schedule={zone.schedule ?? null} onChange={put} told={toldWithin(told, zone.id, "schedule")} />
      )}
      {side === "points" && <Points size={size} />}
    </>
  );
}

/** A link names a zone: it is selected; what is selected is in the address. */
function useLinked(): void {
  const { draft, state, act } = useTheBench();
  const { zone } = workbenchRoute.useSearch();
  const navigate = workbenchRoute.useNavigate();
  const mine = state.selected && "zone" in state.selected ? state.selected.zone : undefined;
  const follow = useEffectEvent(() => {
    if (zone && !state.selected && draft.zones.some(({ id }) => id === zone))
      act({ do: "select", which: { zone } });
  });
  useEffect(() => follow(), []);
  const tell = useEffectEvent((id: string | undefined) => {
    if (id !== zone)
      void navigate({ search: (now) => ({ ...now, zone: id }), replace: true, resetScroll: false });
  });
  const before = useRef(mine);
  useEffect(() => {
    if (before.current !== mine) tell(mine);
    before.current = mine;
  }, [mine]);
}
