import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { pictureUrl } from "@/api/pictures";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Box } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { Moment } from "@/parts/Moment";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import type { Picture } from "./asking";
import type { OutlinesOf } from "./Evidence";
import { Stage } from "./Stage";
import styles from "./Viewer.module.css";
import { moved, WHOLE, zoomed, type View } from "./zoom";

interface Props {
  number: string;
  pictures: readonly Picture[];
  at: number;
  onTurn: (at: number) => void;
  onClose: () => void;
  outlinesOf: OutlinesOf;
  outlined: boolean;
  onOutlined: (yes: boolean) => void;
}

const STEP = 1.5;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-0.2, 0],
  ArrowRight: [0.2, 0],
  ArrowUp: [0, -0.2],
  ArrowDown: [0, 0.2],
};

/** One picture, large: zoom, the others, outlines, download. */
export function Viewer({ number, pictures, at, onTurn, onClose, outlinesOf, outlined, onOutlined }: Props) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const { number: count } = useFormats();
  const [view, setView] = useState<View>(WHOLE);
  const picture = pictures[at];
  function turn(steps: number): void {
    setView(WHOLE);
    onTurn((at + steps + pictures.length) % pictures.length);
  }
  useEveryKey((event) => {
    const arrow = event.shiftKey ? ARROWS[event.key] : undefined;
    const does: Record<string, () => void> = {
      ArrowLeft: () => turn(-1),
      ArrowRight: () => turn(1),
      "+": () => setView(zoomed(view, STEP)),
      "=": () => setView(zoomed(view, STEP)),
      "-": () => setView(zoomed(view, 1 / STEP)),
      "0": () => setView(WHOLE),
      o: () => onOutlined(!outlined),
    };
    if (arrow) setView(moved(view, ...arrow));
    else if (does[event.key]) does[event.key]?.();
    else return;
    event.preventDefault();
  });
  if (!picture) return null;
  const title = t("viewer.title", { role: of("roles", picture.role), at: at + 1, all: pictures.length });
  return (
    <Dialog title={`${number} · ${title}`} size="large" onClose={onClose}>
      <div className={styles.viewer}>
        <Stage
          view={view}
          onView={setView}
          src={pictureUrl(picture, number)}
          alt={of("roles", picture.role)}
          outlines={outlinesOf(picture)}
          label={t("viewer.stage", { zoom: count(view.zoom, { style: "percent" }) })}
        />
        <Tools
          {...{ view, outlined, onOutlined, picture, number }}
          onView={setView}
          onTurn={pictures.length > 1 ? turn : null}
        />
        <p className={styles.about}>
          <Moment at={picture.taken} /> · {t("viewer.keys")}
        </p>
      </div>
    </Dialog>
  );
}

/** Keys work wherever the focus is in the dialog. */
function useEveryKey(pressed: (event: KeyboardEvent) => void): void {
  const heard = useEffectEvent(pressed);
  useEffect(() => {
    const hear = (event: KeyboardEvent) => heard(event);
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
}

interface ToolProps {
  view: View;
  onView: (view: View) => void;
  onTurn: ((steps: number) => void) | null;
  outlined: boolean;
  onOutlined: (yes: boolean) => void;
  picture: Picture;
  number: string;
}

function Tools({ view, onView, onTurn, outlined, onOutlined, picture, number }: ToolProps) {
  const { t } = useTranslation("ticket");
  return (
    <div className={styles.tools}>
      {onTurn && (
        <>
          <Button aria-label={t("viewer.previous")} onClick={() => onTurn(-1)}>
            <Icon name="previous" small />
          </Button>
          <Button aria-label={t("viewer.next")} onClick={() => onTurn(1)}>
            <Icon name="next" small />
          </Button>
        </>
      )}
      <Button onClick={() => onView(zoomed(view, STEP))} disabled={view.zoom >= 8}>
        {t("viewer.in")}
      </Button>
      <Button onClick={() => onView(zoomed(view, 1 / STEP))} disabled={view.zoom <= 1}>
        {t("viewer.out")}
      </Button>
      <Button onClick={() => onView(WHOLE)} disabled={view.zoom <= 1}>
        {t("viewer.whole")}
      </Button>
      <Box label={t("outlines")} checked={outlined} onChange={(event) => onOutlined(event.target.checked)} />
      <a
        className={styles.download}
        href={pictureUrl(picture, number)}
        download={`${number}-${picture.role}-${picture.sha256.slice(0, 8)}.jpg`}
      >
        <Icon name="download" small /> {t("viewer.download")}
      </a>
    </div>
  );
}
