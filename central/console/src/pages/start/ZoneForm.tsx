import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Choice, Field } from "@/parts/Field";
import { Said } from "@/parts/Said";
import { Trouble } from "@/parts/Trouble";
import { useKindNames } from "../zones/asking/kinds";
import { askAgain, save, type Settings } from "../zones/asking/zones";
import { useTheBench } from "../zones/bench/useBench";
import { withZone } from "../zones/draft/changes";
import type { Zone } from "../zones/draft/shape";
import { warnings } from "../zones/draft/warnings";
import { useWarningWords } from "../zones/form/useWarningWords";
import type { Size } from "../zones/geometry/outline";
import { sourcesQuery } from "./asking";
import { DWELLS, presetOf, PRESETS, ruleOf } from "./looking";
import styles from "./Start.module.css";

interface Props {
  zone: Zone;
  settings: Settings;
  size: Size;
}

interface Typed {
  incident: string;
  dwell: string;
  name: string;
}

/** What is looked for in the zone and how long it may stand there; saved, the node runs it at once. */
export function ZoneForm({ zone, settings, size }: Props) {
  const { t } = useTranslation("start");
  const nameOf = useKindNames();
  const [said, setSaid] = useState<Typed>({
    incident: "illegal_parking",
    dwell: "5m",
    name: t("zone.first"),
  });
  const put = useSaving(zone, settings);
  const change = (more: Partial<Typed>) => setSaid((now) => ({ ...now, ...more }));
  function submit(event: FormEvent): void {
    event.preventDefault();
    put.mutate(said);
  }
  return (
    <form className={styles.form} method="post" aria-label={t("zone.form")} onSubmit={submit}>
      <Choice
        label={t("zone.looks")}
        value={said.incident}
        choices={PRESETS.map((one) => [one.incident, nameOf(one.incident)])}
        onChange={({ target }) =>
          change({ incident: target.value, dwell: presetOf(target.value)?.dwell ?? said.dwell })
        }
      />
      <Choice
        label={t("zone.dwell")}
        hint={t("zone.dwellHint")}
        value={said.dwell}
        choices={DWELLS.map((one) => [one, t("zone.minutes", { count: parseInt(one, 10) })])}
        onChange={({ target }) => change({ dwell: target.value })}
      />
      <Field
        label={t("zone.name")}
        value={said.name}
        maxLength={80}
        onChange={({ target }) => change({ name: target.value })}
      />
      <div className={styles.wide}>
        <Save settings={settings} size={size} busy={put.isPending} />
        <Trouble error={put.error} />
      </div>
    </form>
  );
}

function useSaving(zone: Zone, settings: Settings) {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const { draft, place, act } = useTheBench();
  return useMutation({
    mutationFn: ({ incident, dwell, name }: Typed) => {
      const preset = presetOf(incident);
      const rules = preset ? [ruleOf(preset, dwell)] : zone.rules;
      const whole = withZone(draft, zone.id, { name: name.trim() || null, rules });
      act({ do: "change", draft: whole });
      return save(place, { base: settings.version, why: t("zone.why"), draft: whole, before: draft });
    },
    onSettled: () => Promise.all([askAgain(queries, place), queries.invalidateQueries(sourcesQuery)]),
  });
}

function Save({ settings, size, busy }: { settings: Settings; size: Size; busy: boolean }) {
  const { t } = useTranslation("start");
  const { draft } = useTheBench();
  const says = useWarningWords();
  const found = useMemo(() => warnings(draft, [], size), [draft, size]);
  return (
    <>
      {found.map((one, at) => (
        <p key={at} className={styles.warn}>
          {says(one)}
        </p>
      ))}
      <p className={styles.row}>
        <Button
          type="submit"
          look="main"
          disabled={found.some(({ grave }) => grave)}
          busy={busy || isUnderWay(settings)}
        >
          {t("zone.save")}
        </Button>
        <Became settings={settings} />
      </p>
    </>
  );
}

const isUnderWay = ({ status, body }: Settings): boolean =>
  ["wanted", "sent"].includes(status) && Array.isArray(body?.zones) && body.zones.length > 0;

function Became({ settings }: { settings: Settings }) {
  const { t } = useTranslation("zones");
  const { status, reasons } = settings;
  if (isUnderWay(settings)) return <Badge tone="info">{t(`status.${status}`)}</Badge>;
  if (status !== "refused" && status !== "rolled_back") return null;
  return (
    <span className={styles.warn} role="alert">
      {t(`status.${status}`)}{" "}
      {reasons.map((reason, at) => (
        <Said key={at} reason={reason} />
      ))}
    </span>
  );
}
