import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Trouble } from "@/parts/Trouble";
import styles from "../People.module.css";
import { signsQuery, type Sign } from "./asking";

/** A sign that counts no more; asked once, for the paper hangs on a wall. */
export function TakeAway({ sign, onClose }: { sign: Sign; onClose: () => void }) {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const drop = useMutation({
    mutationFn: () => api.DELETE("/api/places/{code}", { params: { path: { code: sign.code } } }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries(signsQuery),
  });
  return (
    <Dialog title={t("signs.takeTitle", { name: sign.name })} onClose={onClose}>
      <p>{t("signs.takeAbout")}</p>
      <Trouble error={drop.error} />
      <p className={styles.end}>
        <Button onClick={onClose}>{t("signs.cancel")}</Button>
        <Button look="danger" busy={drop.isPending} onClick={() => drop.mutate()}>
          {t("signs.takeGo")}
        </Button>
      </p>
    </Dialog>
  );
}
