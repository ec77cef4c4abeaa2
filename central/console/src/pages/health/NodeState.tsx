import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { useSourceWords } from "./useTold";
import type { NodeFares } from "./worst";

/** Whether a node is there, and its first trouble. */
export function NodeState({ of }: { of: NodeFares }) {
  const { t } = useTranslation("health");
  const words = useSourceWords();
  const [trouble] = of.troubles;
  if (of.online === false) return <Badge tone="bad">{t("offline")}</Badge>;
  if (trouble) return <Badge tone="warn">{words.trouble(trouble.code)}</Badge>;
  return of.online ? <Badge tone="good">{t("online")}</Badge> : <Badge>{t("fares.unknown")}</Badge>;
}
