import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Box } from "@/parts/Field";
import { PhotoField } from "@/uploads/PhotoField";
import { usePhotos } from "@/uploads/usePhotos";
import { useCodes } from "@/words/useWords";
import { caseworkQuery, foldedQuery, type Option, type Ticket } from "./asking";
import { DeedFields } from "./DeedFields";
import styles from "./Deeds.module.css";
import { DeedTrouble } from "./DeedTrouble";
import { useDeed, type Values } from "./useDeed";

/** Never done to several at once. */
const ALONE = ["merge", "reopen"];

interface Props {
  ticket: Ticket;
  option: Option;
  onDone: (folded: number) => void;
  onClose: () => void;
}

/** One action with what it needs. What was typed stays through refusals and through what others do meanwhile. */
export function DeedDialog({ ticket, option, onDone, onClose }: Props) {
  const { t } = useTranslation("ticket");
  const action = useCodes("casework")("actions", option.action);
  const [values, setValues] = useState<Values>(option.needed.includes("level") ? { level: "grid" } : {});
  const [folded, setFolded] = useState(false);
  const photos = usePhotos();
  const { data: casework } = useQuery(caseworkQuery);
  const deed = useDeed(ticket, option, onDone);
  const now = ticket.actions.find((each) => each.action === option.action);
  const over = now && !now.allowed && !deed.isPending ? now : null;
  function go(event: React.FormEvent): void {
    event.preventDefault();
    deed.mutate({ values: trimmed(values), pictures: photos.sha256, folded });
  }
  return (
    <Dialog title={`${action} · ${ticket.number}`} onClose={onClose}>
      <form method="post" className={styles.form} onSubmit={go}>
        <DeedFields
          tickets={[ticket.number]}
          option={option}
          values={values}
          onChange={(part) => setValues({ ...values, ...part })}
        />
        {option.besides.includes("pictures") && casework?.pictures && <PhotoField photos={photos} />}
        <Folded ticket={ticket} option={option} folded={folded} onFolded={setFolded} />
        <DeedTrouble refused={deed.refused} over={over} />
        <p className={styles.buttons}>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="main" busy={deed.isPending} disabled={photos.busy || over !== null}>
            {photos.busy
              ? t("photo.wait")
              : deed.refused?.since.length
                ? t("allTheSame", { action })
                : action}
          </Button>
        </p>
      </form>
    </Dialog>
  );
}

/** Where a storm is folded into this ticket, the same may be done with all of it. */
function Folded(props: {
  ticket: Ticket;
  option: Option;
  folded: boolean;
  onFolded: (yes: boolean) => void;
}) {
  const { t } = useTranslation("ticket");
  const { data } = useQuery(foldedQuery(props.ticket.number));
  if (!data?.items.length || ALONE.includes(props.option.action)) return null;
  return (
    <Box
      label={t("folded")}
      checked={props.folded}
      onChange={(event) => props.onFolded(event.target.checked)}
    />
  );
}

const trimmed = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value),
  );
