import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { ActDialog } from "./ActDialog";

interface Props {
  nodes: readonly string[];
  groups: readonly number[];
}

/** Opens what may be done with these nodes, and those of these groups. */
export function ActButton({ nodes, groups }: Props) {
  const { t } = useTranslation("fleet");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="main" disabled={!nodes.length && !groups.length} onClick={() => setOpen(true)}>
        {t("act")}
      </Button>
      {open && <ActDialog nodes={nodes} groups={groups} onClose={() => setOpen(false)} />}
    </>
  );
}
