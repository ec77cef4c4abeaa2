import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { Said } from "@/parts/Said";
import { useDepartment } from "@/words/useDepartment";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import type { Picture, Trace } from "./asking";
import { detailsOf } from "./details";
import { isImage } from "./sights";
import { Shot } from "./Shot";
import styles from "./Trail.module.css";

const LATE_S = 60;

interface Props {
  line: Trace;
  number: string;
  onPicture: (picture: Picture) => void;
}

/** One line: when, what, who or which source, and why. */
export function TrailLine({ line, number, onPicture }: Props) {
  const of = useCodes("casework");
  const what =
    line.action && line.sort === "action" ? of("actions", line.action) : of("effects", line.effect);
  const bare = line.who !== null && line.reason.text === `${line.action} by ${line.who}`; // says nothing more
  const pictures = line.pictures.filter((picture) => picture.here && isImage(picture));
  return (
    <li className={styles[line.sort]} data-sort={line.sort}>
      <Moment at={line.at} />
      <b>{what}</b>
      <div>
        {!bare && (
          <p className={styles.said}>
            <Said reason={line.reason} />
          </p>
        )}
        <From line={line} />
        {pictures.length > 0 && (
          <div className={styles.shots}>
            {pictures.map((picture) => (
              <Shot
                key={picture.sha256}
                number={number}
                picture={picture}
                onOpen={() => onPicture(picture)}
              />
            ))}
          </div>
        )}
      </div>
    </li>
  );
}

function From({ line }: { line: Trace }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const { moment, span } = useFormats();
  const department = useDepartment();
  const centre = line.sort === "action" || line.source === "centre";
  const from = line.who ?? (centre ? t("byCentre") : line.source.replace("gewu://", ""));
  const told = detailsOf(line.details).map(([field, value]) => {
    if (field === "until") return `${of("fields", field)} ${moment(value)}`;
    if (field === "level") return `${of("fields", field)} ${of("levels", value)}`;
    if (field === "amount_s") return `${of("fields", "amount")} ${span(Number(value))}`;
    if (field === "department") return `${of("fields", field)} ${department(value)}`;
    return field === "reasons" ? value : `${of("fields", field)} ${value}`;
  });
  if (line.action && line.state) told.unshift(of("states", line.state));
  const late = line.about ? (Date.parse(line.about.received) - Date.parse(line.about.time)) / 1_000 : 0;
  if (late > LATE_S) told.push(t("lateBy", { span: span(late) }));
  if (line.about && line.about.deliveries > 1) told.push(t("deliveries", { times: line.about.deliveries }));
  return <p className={styles.from}>{[from, ...told].join(" · ")}</p>;
}
