import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Field, Labelled } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { plainNode } from "@/sources/place";
import { dropGroup, saveGroup, type Group } from "./asking";
import styles from "./Fleet.module.css";
import { isLabel, isNode, namesIn } from "./told";

interface Props {
  /** Null: a new one. */
  of: Group | null;
  /** Of a new one. */
  nodes: readonly string[];
  onClose: () => void;
}

const ROWS = 5;

interface Told {
  name: string;
  about: string;
  /** As they are written. */
  nodes: string;
  labels: string;
}

const toldOf = (of: Group | null, nodes: readonly string[]): Told =>
  of
    ? {
        name: of.name,
        about: of.about,
        nodes: of.nodes.map(plainNode).join("\n"),
        labels: of.labels.join(", "),
      }
    : { name: "", about: "", nodes: nodes.join("\n"), labels: "" };

/** What is written and is no name. */
const strangeIn = ({ nodes, labels }: Told) => ({
  node: namesIn(nodes).find((each) => !isNode(each)),
  label: namesIn(labels).find((each) => !isLabel(each)),
});

/** Makes, changes or takes away a group. */
export function GroupDialog({ of, nodes, onClose }: Props) {
  const { t } = useTranslation("fleet");
  const [told, setTold] = useState(() => toldOf(of, nodes));
  const strange = strangeIn(told);
  const right = told.name.trim() !== "" && !strange.node && !strange.label;
  const { saving, dropping } = useDeeds(of, onClose);
  const save = () =>
    saving.mutate({
      name: told.name.trim(),
      about: told.about.trim(),
      nodes: namesIn(told.nodes),
      labels: namesIn(told.labels),
    });
  return (
    <Dialog title={of ? t("groupNamed", { name: of.name }) : t("newGroup")} onClose={onClose}>
      <form
        method="post"
        className={styles.parts}
        onSubmit={(event) => {
          event.preventDefault();
          if (right) save();
        }}
      >
        <Fields told={told} onPut={(some) => setTold((now) => ({ ...now, ...some }))} />
        <Trouble error={saving.error ?? dropping.error} />
        <div className={styles.end}>
          {of && (
            <Button look="danger" busy={dropping.isPending} onClick={() => dropping.mutate(of)}>
              {t("dropGroup")}
            </Button>
          )}
          <Button onClick={onClose}>{t("leave")}</Button>
          <Button type="submit" look="main" disabled={!right} busy={saving.isPending}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Fields({ told, onPut }: { told: Told; onPut: (some: Partial<Told>) => void }) {
  const { t } = useTranslation("fleet");
  const strange = strangeIn(told);
  return (
    <>
      <Field
        label={t("name")}
        required
        maxLength={64}
        value={told.name}
        onChange={({ target }) => onPut({ name: target.value })}
      />
      <Field
        label={t("groupAbout")}
        maxLength={200}
        value={told.about}
        onChange={({ target }) => onPut({ about: target.value })}
      />
      <Labelled
        label={t("nodes")}
        hint={t("nodesHint")}
        trouble={strange.node ? t("strangeNode", { name: strange.node }) : null}
      >
        {(own) => (
          <textarea
            {...own}
            rows={ROWS}
            value={told.nodes}
            onChange={({ target }) => onPut({ nodes: target.value })}
          />
        )}
      </Labelled>
      <Field
        label={t("facets.labels")}
        hint={t("labelsHint")}
        trouble={strange.label ? t("strangeLabel", { name: strange.label }) : null}
        value={told.labels}
        onChange={({ target }) => onPut({ labels: target.value })}
      />
    </>
  );
}

function useDeeds(of: Group | null, onClose: () => void) {
  const queries = useQueryClient();
  const after = {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["fleet"] });
      onClose();
    },
  };
  const saving = useMutation({
    ...after,
    mutationFn: (body: Parameters<typeof saveGroup>[1]) => saveGroup(of, body),
  });
  return { saving, dropping: useMutation({ ...after, mutationFn: dropGroup }) };
}
