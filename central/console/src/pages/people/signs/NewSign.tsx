import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Choice, Field } from "@/parts/Field";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import { PlaceFields, type Position } from "@/placing/PlaceFields";
import { useNamed } from "@/words/useWords";
import styles from "../People.module.css";
import { addSign, kindsQuery, signsQuery } from "./asking";

const WORST_M = 200;

/** A new place with a sign. What was typed stays when it is refused. */
export function NewSign() {
  const { t } = useTranslation("people");
  const [turn, setTurn] = useState(0);
  const [added, setAdded] = useState<string | null>(null);
  return (
    <Panel title={t("signs.new")}>
      <Fields
        key={turn}
        onAdded={(name) => {
          setAdded(name);
          setTurn(turn + 1);
        }}
      />
      <p role="status">{added && t("signs.added", { name: added })}</p>
    </Panel>
  );
}

function Fields({ onAdded }: { onAdded: (name: string) => void }) {
  const { t } = useTranslation("people");
  const named = useNamed();
  const queries = useQueryClient();
  const kinds = useQuery(kindsQuery).data ?? [];
  const [at, place] = useState<Position | null>(null);
  const [nowhere, setNowhere] = useState(false);
  const add = useMutation({
    mutationFn: addSign,
    onSuccess: ({ name }) => onAdded(name),
    onSettled: () => queries.invalidateQueries(signsQuery),
  });
  function submit(event: React.FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    setNowhere(!at);
    if (!at) return;
    add.mutate({
      name: String(said.get("name")),
      kind: String(said.get("kind")) || null,
      accuracy_m: Number(said.get("accuracy")),
      longitude: at.lon,
      latitude: at.lat,
    });
  }
  return (
    <form method="post" className={styles.new} onSubmit={submit} aria-label={t("signs.new")}>
      <Field label={t("signs.name")} hint={t("signs.nameHint")} name="name" maxLength={80} required />
      <Choice
        label={t("signs.kind")}
        hint={t("signs.kindHint")}
        name="kind"
        choices={[["", t("signs.any")], ...kinds.map((each) => [each.word, named(each)] as const)]}
      />
      <PlaceFields about={t("signs.position")} required onPlaced={place} />
      <Field
        label={t("signs.accuracy")}
        name="accuracy"
        type="number"
        min={1}
        max={WORST_M}
        defaultValue={5}
        required
      />
      <Trouble error={nowhere ? true : add.error} says={nowhere ? t("signs.badPosition") : null} />
      <p className={styles.add}>
        <Button type="submit" look="main" busy={add.isPending}>
          {t("signs.add")}
        </Button>
      </p>
    </form>
  );
}
