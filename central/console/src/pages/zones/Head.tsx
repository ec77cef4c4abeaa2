import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { PageHead } from "@/parts/PageHead";
import { listQuery, type Settings, type Status } from "./asking/zones";
import { useTheBench } from "./bench/useBench";
import { SaveDialog } from "./saving/SaveDialog";
import type { Save } from "./saving/useSave";
import styles from "./Workbench.module.css";

const TONES: Record<Status, Tone> = {
  wanted: "info",
  sent: "info",
  preparing: "info",
  applied: "good",
  refused: "bad",
  rolled_back: "bad",
  superseded: "neutral",
  file: "neutral",
};

interface Props {
  settings: Settings;
  saving: Save;
  may: boolean;
  grave: boolean;
}

/** Which camera, which version, what became of it, and the way to save. */
export function Head({ settings, saving, may, grave }: Props) {
  const { t } = useTranslation("zones");
  const { place, changed } = useTheBench();
  const known = useQuery(listQuery).data?.find(
    (each) => each.district === place.district && each.node === place.node && each.source === place.source,
  );
  return (
    <PageHead
      title={known?.name ?? place.source}
      about={
        <span className={styles.about}>
          <Link to="/zones">{t("title")}</Link>
          <span>{`${place.district} / ${place.node} / ${place.source}`}</span>
          {known?.place && known.place !== known.name && <span>{known.place}</span>}
          {known?.online === false && <Badge tone="bad">{t("offline")}</Badge>}
          <VersionBadge settings={settings} saving={saving} />
          {changed && <Badge tone="warn">{t("unsaved")}</Badge>}
        </span>
      }
    >
      {may && (
        <Button look="main" disabled={!changed} onClick={saving.open}>
          {t("save.open")}
        </Button>
      )}
      {saving.shown && <SaveDialog saving={saving} grave={grave} />}
    </PageHead>
  );
}

function VersionBadge({ settings, saving }: { settings: Settings; saving: Save }) {
  const { t } = useTranslation("zones");
  const { status, version } = settings;
  if (version === 0) return <Badge>{t("status.file")}</Badge>;
  const seconds = saving.took;
  return (
    <span role="status" data-status={status} data-version={version} data-took={seconds ?? undefined}>
      <Badge tone={TONES[status]}>
        {status === "applied" && seconds !== null
          ? t("status.appliedIn", { version, seconds: seconds.toFixed(1) })
          : t("status.of", { version, status: t(`status.${status}`) })}
      </Badge>
    </span>
  );
}
