import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Choice } from "@/parts/Field";
import { CameraCard } from "./CameraCard";
import { NewCamera } from "./NewCamera";
import { Pending } from "./Pending";
import { camerasOf, chosenNode, shortName, type Node } from "./progress";
import { startRoute } from "./route";
import styles from "./Start.module.css";
import { StepPanel } from "./StepPanel";

/** A camera is found, tried and added; or a film that lies on the node. */
export function CameraStep({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation("start");
  const search = startRoute.useSearch();
  const navigate = useNavigate({ from: startRoute.fullPath });
  const [another, setAnother] = useState(false);
  const node = chosenNode(nodes, search.node);
  const cameras = camerasOf(nodes);
  if (!node)
    return (
      <StepPanel step="camera" done={false}>
        <p className={styles.warn}>{t("needsNode")}</p>
      </StepPanel>
    );
  const name = shortName(node.node);
  return (
    <StepPanel step="camera" done={cameras.length > 0 && !another}>
      {nodes.length > 1 && (
        <Choice
          label={t("camera.node")}
          value={name}
          choices={nodes.map((one) => [shortName(one.node), shortName(one.node)])}
          onChange={({ target }) =>
            void navigate({ search: (now) => ({ ...now, node: target.value }), replace: true })
          }
        />
      )}
      {!node.online && <p className={styles.warn}>{t("camera.offline", { node: name })}</p>}
      {cameras.map((one) => (
        <CameraCard key={`${one.node.node}/${one.source.id}`} {...one} />
      ))}
      <Pending node={node} />
      {cameras.length === 0 || another ? (
        <NewCamera key={name} node={node} onAdded={() => setAnother(false)} />
      ) : (
        <p className={styles.row}>
          <Button onClick={() => setAnother(true)}>{t("camera.another")}</Button>
        </p>
      )}
    </StepPanel>
  );
}
