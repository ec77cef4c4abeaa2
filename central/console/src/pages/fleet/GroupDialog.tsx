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

/** Makes, changes or takes away a group. */
export function GroupDialog({ of, nodes: given, onClose }: Props) {
  const { t } = useTranslation("fleet");
  const [name, setName] = useState(of?.name ?? "");
  const [about, setAbout] = useState(of?.about ?? "");
  const [nodes, setNodes] = useState((of?.nodes.map(plainNode) ?? given).join("\n"));
  const [labels, setLabels] = useState(of?.labels.join(", ") ?? "");
  const strange = namesIn(nodes).filter((each) => !isNode(each));
  const odd = namesIn(labels).filter((each) => !isLabel(each));
  const right = name.trim() !== "" && !strange.length && !odd.length;
  const { saving, dropping } = useDeeds(of, onClose);
  return (
    <Dialog title={of ? t("groupNamed", { name: of.name }) : t("newGroup")} onClose={onClose}>
      <form
        method="post"
        className={styles.parts}
        onSubmit={(event) => {
          event.preventDefault();
          if (!right) return;
          saving.mutate({
            name: name.trim(),
            about: about.trim(),
            nodes: namesIn(nodes),
            labels: namesIn(labels),
          });
        }}
      >
        <Field
          label={t("name")}
          required
          maxLength={64}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Field
          label={t("groupAbout")}
          maxLength={200}
          value={about}
          onChange={({ target }) => setAbout(target.value)}
        />
        <Labelled
          label={t("nodes")}
          hint={t("nodesHint")}
          trouble={strange.length ? t("strangeNode", { name: strange[0] }) : null}
        >
          {(own) => (
            <textarea {...own} rows={ROWS} value={nodes} onChange={({ target }) => setNodes(target.value)} />
          )}
        </Labelled>
        <Field
          label={t("facets.labels")}
          hint={t("labelsHint")}
          trouble={odd.length ? t("strangeLabel", { name: odd[0] }) : null}
          value={labels}
          onChange={({ target }) => setLabels(target.value)}
        />
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
