import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Choice } from "@/parts/Field";
import { camerasOf, shortName, type Node, type Source } from "./progress";
import { startRoute } from "./route";

interface Props {
  nodes: readonly Node[];
  chosen: { node: Node; source: Source };
}

/** Which camera; nothing where there is one alone. */
export function CameraChoice({ nodes, chosen }: Props) {
  const { t } = useTranslation("start");
  const navigate = useNavigate({ from: startRoute.fullPath });
  const all = camerasOf(nodes);
  if (all.length < 2) return null;
  const keyOf = ({ node, source }: Props["chosen"]) => `${shortName(node.node)}/${source.id}`;
  return (
    <Choice
      label={t("zone.camera")}
      value={keyOf(chosen)}
      choices={all.map((one) => [keyOf(one), one.source.source?.name ?? keyOf(one)])}
      onChange={({ target }) => {
        const one = all.find((each) => keyOf(each) === target.value);
        if (one)
          void navigate({
            search: (now) => ({ ...now, node: shortName(one.node.node), source: one.source.id }),
            replace: true,
          });
      }}
    />
  );
}
