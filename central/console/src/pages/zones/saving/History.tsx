import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Badge, type Tone } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { versionQuery, versionsQuery, type Settings, type Status, type Version } from "../asking/zones";
import { useTheOverlays } from "../bench/overlay";
import { useTheBench } from "../bench/useBench";
import { compared } from "../draft/comparing";
import { redrawn } from "../draft/grounding";
import { draftOf } from "../draft/shape";
import { Reasons } from "../Reasons";
import { Differences } from "./Differences";
import styles from "./History.module.css";
import type { Save } from "./useSave";

const TONES: Partial<Record<Status, Tone>> = { applied: "good", refused: "bad", rolled_back: "bad" };

/** Every version: who, when, why, what became of it; one that is chosen is drawn over the picture. */
export function History({ settings, saving }: { settings: Settings; saving: Save }) {
  const { t } = useTranslation("zones");
  const { place } = useTheBench();
  const found = useQuery(versionsQuery(place));
  const [chosen, setChosen] = useState<number | null>(null);
  if (found.isPending) return <Loading />;
  if (found.error) return <Trouble error={found.error} onAgain={() => void found.refetch()} />;
  if (!found.data.length) return <Empty title={t("history.none")}>{t("history.noneHelp")}</Empty>;
  return (
    <ol className={styles.list}>
      {found.data.map((version) => (
        <One
          key={version.version}
          version={version}
          now={version.version === settings.version}
          open={chosen === version.version}
          onOpen={() => setChosen(chosen === version.version ? null : version.version)}
          saving={saving}
        />
      ))}
      <li className={styles.row}>
        <div className={styles.line}>
          <Badge>v0</Badge>
          <span>{t("history.file")}</span>
          <Back version={0} saving={saving} off={settings.version === 0} />
        </div>
      </li>
    </ol>
  );
}

interface OneProps {
  version: Version;
  now: boolean;
  open: boolean;
  onOpen: () => void;
  saving: Save;
}

function One({ version, now, open, onOpen, saving }: OneProps) {
  const { t } = useTranslation("zones");
  const { when, number } = useFormats();
  const { status, applied_s: took } = version;
  return (
    <li className={styles.row} data-version={version.version}>
      <div className={styles.line}>
        <Badge tone={now ? "accent" : "neutral"}>{`v${version.version}`}</Badge>
        <strong>{version.by}</strong>
        <time dateTime={version.at}>{when(version.at)}</time>
        <Badge tone={TONES[status] ?? "info"}>
          {took === null
            ? t(`status.${status}`)
            : t("history.took", {
                status: t(`status.${status}`),
                seconds: number(took, { maximumFractionDigits: 1 }),
              })}
        </Badge>
        {version.why && <q>{version.why}</q>}
        <span className={styles.actions}>
          <Button look="quiet" aria-expanded={open} onClick={onOpen}>
            {t(open ? "history.hide" : "history.show")}
          </Button>
          <Back version={version.version} saving={saving} off={now} />
        </span>
      </div>
      <ul className={styles.diff}>
        {version.diff.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <Reasons reasons={version.reasons} />
      {open && <Old version={version.version} />}
    </li>
  );
}

function Back({ version, saving, off }: { version: number; saving: Save; off: boolean }) {
  const { t } = useTranslation("zones");
  const may = useMay("zone.edit");
  if (!may) return null;
  return (
    <Button
      disabled={off}
      busy={saving.busy}
      onClick={() => saving.back(version, t("history.backWhy", { version }))}
    >
      {t("history.back")}
    </Button>
  );
}

/** Its outlines, dashed over the picture, and what the draft has otherwise. */
function Old({ version }: { version: number }) {
  const { t } = useTranslation("zones");
  const { place, draft } = useTheBench();
  const { show } = useTheOverlays();
  const found = useQuery(versionQuery(place, version));
  const body = found.data?.body;
  useEffect(() => {
    const old = redrawn(draftOf(body));
    const outlines = [...old.zones.map(({ polygon }) => polygon), ...old.ignore];
    show("history", { outlines: outlines.map((outline) => ({ outline, as: "before" as const })), boxes: [] });
    return () => show("history", null);
  }, [body, show]);
  if (found.isPending) return <Loading />;
  const old = draftOf(body);
  const whole = redrawn({
    zones: old.zones,
    ignore: body && "ignore" in body ? old.ignore : draft.ignore,
    known: body && "ground" in body ? old.known : draft.known,
  });
  return (
    <>
      <p className={styles.soft}>{t("history.drawn")}</p>
      <Differences difference={compared(whole, draft)} />
    </>
  );
}
