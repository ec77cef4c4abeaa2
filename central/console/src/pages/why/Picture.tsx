import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { pictureUrl } from "@/api/pictures";
import { AskState } from "@/asks/AskState";
import { useAsking } from "@/asks/useAsking";
import { Button } from "@/parts/Button";
import { Moment } from "@/parts/Moment";
import { Marked } from "@/pictures/Marked";
import { corners } from "@/pictures/outlines";
import { ticketPicturesQuery, type Candidate, type Period } from "./asking";
import styles from "./Ladder.module.css";
import { useCodes } from "@/words/useWords";

interface Props {
  period: Period;
  candidate: Candidate;
  ticket: string | null;
}

/** Where it was: over the ticket's own picture, else, when asked for, over one of now. */
export function Picture({ period, candidate, ticket }: Props) {
  const { t } = useTranslation("why");
  const label = useCodes("things")("labels", candidate.label);
  const found = useQuery({ ...ticketPicturesQuery(ticket ?? ""), enabled: ticket !== null });
  const outline = { points: corners(candidate.box), says: label, tone: "main" as const };
  const shown = found.data?.evidence.find(
    ({ here, role, media_type }) => here && role !== "after" && media_type.startsWith("image/"),
  );
  if (ticket && found.isPending) return null;
  if (!shown || !ticket) return <Now {...{ period, candidate }} />;
  return (
    <figure className={styles.picture}>
      <Marked src={pictureUrl(shown, ticket)} alt={t("pictureOf", { what: label })} outlines={[outline]} />
      <figcaption className={styles.about}>
        {ticket} · <Moment at={shown.taken} />
      </figcaption>
    </figure>
  );
}

function Now({ period, candidate }: Omit<Props, "ticket">) {
  const { t } = useTranslation("why");
  const label = useCodes("things")("labels", candidate.label);
  const asking = useAsking();
  const may = useMay("zone.tune");
  const still = asking.ask?.result.stills?.at(-1);
  const outline = { points: corners(candidate.box), says: label, tone: "main" as const };
  if (!may) return null;
  if (!still)
    return (
      <div className={styles.picture}>
        <AskState asking={asking} />
        {!asking.busy && (
          <Button
            onClick={() =>
              asking.start({
                command: "look",
                node: period.node,
                source: period.source,
                width: 960,
                every_s: 1,
                for_s: 0,
              })
            }
          >
            {t("pictureNow")}
          </Button>
        )}
      </div>
    );
  return (
    <figure className={styles.picture}>
      <Marked
        src={`/api/stills/${still.sha256}`}
        alt={t("pictureOf", { what: label })}
        outlines={[outline]}
        captioned={false}
      />
      <figcaption className={styles.about}>
        <Moment at={still.taken} /> · {t("pictureNowAbout")}
      </figcaption>
    </figure>
  );
}
