import { useState } from "react";
import { useTranslation } from "react-i18next";
import { pictureUrl } from "@/api/pictures";
import { useCodes } from "@/words/useWords";
import type { Supposed } from "./pairing";
import styles from "./Trial.module.css";

/** The masked pictures of a situation, where the centre has kept them. */
export function Shots({ one, ticket }: { one: Supposed; ticket: string | null }) {
  const { t } = useTranslation("zones");
  const of = useCodes("tickets");
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const pictures = (one.evidence ?? []).filter(
    ({ media_type, sha256 }) => media_type.startsWith("image/") && !gone.has(sha256),
  );
  if (!pictures.length || !ticket) return <p className={styles.soft}>{t("trial.noShots")}</p>;
  return (
    <div className={styles.shots}>
      {pictures.map(({ sha256, role }) => (
        <img
          key={sha256}
          src={pictureUrl({ url: `/api/evidence/${sha256}` }, ticket)}
          alt={of("roles", role)}
          loading="lazy"
          onError={() => setGone((now) => new Set(now).add(sha256))}
        />
      ))}
    </div>
  );
}
