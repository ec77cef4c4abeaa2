import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import styles from "./Controls.module.css";
import type { Surface } from "./draw/surface";
import { useSearchTo } from "./useSearchTo";

const TURN_MS = 300;
const NEAR_ZOOM = 15;

/** Nearer, farther, north, all of it, here, this part only. */
export function Controls({ surface }: { surface: Surface | null }) {
  const { t } = useTranslation("map");
  const to = useSearchTo();
  const part = () => {
    const box = surface?.view().map((degrees) => degrees.toFixed(5));
    if (box) to({ box: box.join() });
  };
  return (
    <div className={styles.controls} role="group" aria-label={t("controls")}>
      <Button aria-label={t("nearer")} title={t("nearer")} onClick={() => surface?.map.zoomIn()}>
        <Icon name="plus" />
      </Button>
      <Button aria-label={t("farther")} title={t("farther")} onClick={() => surface?.map.zoomOut()}>
        <Icon name="minus" />
      </Button>
      <Button
        aria-label={t("north")}
        title={t("north")}
        onClick={() => surface?.map.easeTo({ bearing: 0, pitch: 0, duration: TURN_MS })}
      >
        <Icon name="north" />
      </Button>
      <Here surface={surface} />
      <Button aria-label={t("onlyHere")} title={t("onlyHere")} onClick={part}>
        <Icon name="crop" />
      </Button>
    </div>
  );
}

/** Asks for the position only when it is pressed. */
function Here({ surface }: { surface: Surface | null }) {
  const { t } = useTranslation("map");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = () => {
    setBusy(true);
    setTrouble(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude } }) => {
        setBusy(false);
        surface?.go({ longitude, latitude, zoom: Math.max(NEAR_ZOOM, surface.map.getZoom()) });
        surface?.here(longitude, latitude);
      },
      (error) => {
        setBusy(false);
        setTrouble(t(error.code === error.PERMISSION_DENIED ? "hereRefused" : "hereUnknown"));
      },
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  };
  return (
    <>
      <Button aria-label={t("here")} title={t("here")} busy={busy} onClick={ask}>
        <Icon name="here" />
      </Button>
      {trouble && (
        <p className={styles.trouble} role="alert">
          {trouble}
        </p>
      )}
    </>
  );
}
