import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { HiddenList } from "@/hidden/HiddenList";
import { suppressionsQuery } from "@/hidden/asking";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Trouble } from "@/parts/Trouble";
import { useTheOverlays } from "../bench/overlay";
import { useTheBench } from "../bench/useBench";
import { sourceOf } from "../place";
import styles from "./Advice.module.css";

/** What this camera does not tell for a while; a chosen one is drawn over the picture. */
export function Hidden() {
  const { t } = useTranslation("hidden");
  const { place } = useTheBench();
  const { show } = useTheOverlays();
  const [shown, setShown] = useState<number | null>(null);
  const found = useQuery(suppressionsQuery({ node: sourceOf(place), source: place.source }));
  const box = found.data?.find(({ suppression }) => suppression === shown)?.box;
  useEffect(() => {
    show("hidden", box ? { outlines: [], boxes: [{ box, as: "seen" }] } : null);
    return () => show("hidden", null);
  }, [box, show]);
  if (found.isPending) return <Loading />;
  return (
    <div className={styles.advice}>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.data?.length === 0 && <Empty title={t("none")}>{t("noneHelp")}</Empty>}
      <HiddenList
        list={found.data ?? []}
        label={t("title")}
        also={({ suppression }) => (
          <Button
            look="quiet"
            aria-pressed={suppression === shown}
            onClick={() => setShown(suppression === shown ? null : suppression)}
          >
            {t("onPicture")}
          </Button>
        )}
      />
    </div>
  );
}
