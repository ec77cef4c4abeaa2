import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { AskState } from "@/asks/AskState";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { PlaceFields, type Position } from "@/placing/PlaceFields";
import { configurationQuery, entrust, NotDone, saveSource, sourcesQuery } from "./asking";
import { shortName, type Node } from "./progress";
import { saved, type Tree, type Typed } from "./source";
import styles from "./Start.module.css";

interface Props {
  node: Node;
  id: string;
  typed: Typed;
  password: string;
  /** What an ONVIF camera said of its stream. */
  found: Tree | null;
  onAdded: () => void;
}

/** Its password first, for the settings name where that lies; then the camera itself. */
function useAdding({ node, id, typed, password, found, onAdded }: Props, position: Position | null) {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const name = shortName(node.node);
  return useMutation({
    mutationFn: async (said: Record<string, string>) => {
      const source = said.id || id;
      const secret = password && typed.way !== "file" ? await entrust(name, source, password) : null;
      const about = { name: said.name ?? "", place: said.place ?? "", position };
      return saveSource(name, source, saved(typed, found, secret, about), t("camera.added"));
    },
    onSuccess: onAdded,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries(configurationQuery(name)),
        queries.invalidateQueries(sourcesQuery),
      ]),
  });
}

/** What it is called and where it stands; then it is added. */
export function AboutCamera(props: Props) {
  const { t } = useTranslation("start");
  const [position, setPosition] = useState<Position | null>(null);
  const add = useAdding(props, position);
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    add.mutate(Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>);
  }
  const failed = add.error instanceof NotDone ? add.error.ask : undefined;
  return (
    <form className={styles.form} method="post" onSubmit={submit} aria-label={t("camera.about")}>
      <Field label={t("camera.name")} name="name" defaultValue={t("camera.first")} maxLength={120} required />
      <Field
        label={t("camera.place")}
        hint={t("camera.placeHint")}
        name="place"
        maxLength={200}
        autoComplete="off"
      />
      <Field
        label={t("camera.id")}
        hint={t("camera.idHint")}
        name="id"
        defaultValue={props.id}
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
        autoComplete="off"
        required
      />
      <div className={styles.wide}>
        <PlaceFields about={t("camera.position")} onPlaced={setPosition} />
      </div>
      <p className={styles.wide}>
        <Button type="submit" look="main" busy={add.isPending}>
          {t("camera.add")}
        </Button>
      </p>
      <div className={styles.wide}>
        {failed ? (
          <AskState asking={{ ask: failed, busy: false, error: null }} />
        ) : (
          <Trouble error={add.error} />
        )}
      </div>
    </form>
  );
}
