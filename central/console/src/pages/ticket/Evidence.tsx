import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Box } from "@/parts/Field";
import { Panel } from "@/parts/Panel";
import type { Outline } from "@/pictures/outlines";
import type { Picture, Ticket } from "./asking";
import { Clips } from "./Clips";
import { Compare } from "./Compare";
import { imagesOf, outlinesIn, sidesOf, sightsOf } from "./sights";
import styles from "./Evidence.module.css";
import { ticketRoute, WAYS } from "./route";
import { Shot } from "./Shot";
import { Sides } from "./Sides";
import { Viewer } from "./Viewer";

/** How it was found beside how it was left, every picture, and clips. A device has none. */
export function Evidence({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { compare = "sides" } = ticketRoute.useSearch();
  const [outlined, setOutlined] = useState(true);
  const [open, setOpen] = useState<number | null>(null);
  const images = useMemo(() => imagesOf(ticket), [ticket]);
  const outlinesOf = useOutlines(ticket, outlined);
  const { before, after } = sidesOf(images);
  if (!ticket.evidence.length && ticket.readings.length) return null;
  const show = (picture: Picture) => setOpen(images.indexOf(picture));
  return (
    <Panel
      title={t("evidence")}
      actions={
        <div className={styles.switches}>
          {before && after && <Ways compare={compare} />}
          {images.length > 0 && (
            <Box
              label={t("outlines")}
              checked={outlined}
              onChange={(event) => setOutlined(event.target.checked)}
            />
          )}
        </div>
      }
    >
      {compare === "slider" && before && after ? (
        <Compare number={ticket.number} before={before} after={after} outlinesOf={outlinesOf} />
      ) : (
        <Sides {...{ ticket, before, after, outlinesOf, show }} />
      )}
      <Strip number={ticket.number} images={images} show={show} />
      <Clips ticket={ticket} />
      {open !== null && images[open] && (
        <Viewer
          number={ticket.number}
          pictures={images}
          at={open}
          onTurn={setOpen}
          onClose={() => setOpen(null)}
          outlinesOf={outlinesOf}
          outlined={outlined}
          onOutlined={setOutlined}
        />
      )}
    </Panel>
  );
}

export type OutlinesOf = (picture: Picture) => Outline[];

function useOutlines(ticket: Ticket, outlined: boolean): OutlinesOf {
  const { t } = useTranslation("ticket");
  const sights = useMemo(() => sightsOf(ticket.events), [ticket.events]);
  return (picture) => (outlined ? outlinesIn(picture, sights, { own: t("this"), other: t("other") }) : []);
}

function Ways({ compare }: { compare: (typeof WAYS)[number] }) {
  const { t } = useTranslation("ticket");
  return (
    <nav className={styles.ways} aria-label={t("compare.label")}>
      {WAYS.map((way) => (
        <Link
          key={way}
          from={ticketRoute.fullPath}
          to="."
          search={(known) => ({ ...known, compare: way === "sides" ? undefined : way })}
          replace
          resetScroll={false}
          aria-current={way === compare ? "true" : undefined}
        >
          {t(`compare.${way}`)}
        </Link>
      ))}
    </nav>
  );
}

/** All of them, where there are more than two. */
function Strip(props: { number: string; images: readonly Picture[]; show: (picture: Picture) => void }) {
  const { t } = useTranslation("ticket");
  if (props.images.length < 3) return null;
  return (
    <ul className={styles.strip} aria-label={t("all")}>
      {props.images.map((picture) => (
        <li key={picture.sha256}>
          <Shot number={props.number} picture={picture} onOpen={() => props.show(picture)} />
        </li>
      ))}
    </ul>
  );
}
