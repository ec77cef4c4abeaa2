import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import type { Schema } from "@/api/client";
import { classes } from "@/parts/classes";
import { Icon, type IconName } from "@/parts/Icon";
import { placeOf, stillUrl } from "./place";
import styles from "./Snapshot.module.css";

export type SourceFares = Schema<"SourceFares">;
type Kind = NonNullable<SourceFares["source"]>["kind"];

export const KIND_ICONS: Record<Kind, IconName> = {
  camera: "cameras",
  drone: "drone",
  gate: "gate",
  sensor: "sensor",
};

interface Props {
  of: SourceFares;
  name: string;
  /** All of the picture, where a wall would crop it. */
  whole?: boolean;
}

/** The last masked picture of a source, or why there is none. */
export function Snapshot({ of, name, whole = false }: Props) {
  const { t } = useTranslation("health");
  const may = useMay("zone.tune");
  const place = placeOf(of.node, of.id);
  const [broken, setBroken] = useState<string | null>(null);
  const sha256 = may ? of.still?.sha256 : undefined;
  return (
    <div className={classes(styles.frame, whole && styles.whole)}>
      {place && sha256 && sha256 !== broken ? (
        <img
          src={stillUrl(place, sha256)}
          alt={t("pictureOf", { name })}
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setBroken(sha256)}
        />
      ) : (
        <None kind={of.source?.kind ?? "camera"} may={may} />
      )}
    </div>
  );
}

function None({ kind, may }: { kind: Kind; may: boolean }) {
  const { t } = useTranslation("health");
  const looks = kind === "camera" || kind === "drone";
  return (
    <span className={styles.none}>
      <Icon name={KIND_ICONS[kind]} />
      {t(!looks ? `kinds.${kind}` : may ? "noPicture" : "pictureNotYours")}
    </span>
  );
}
