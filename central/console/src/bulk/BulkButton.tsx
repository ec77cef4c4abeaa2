import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe, type Action } from "@/api/me";
import { Button } from "@/parts/Button";
import { MOST } from "./bulk";

const BulkDialog = lazy(() => import("./BulkDialog").then((module) => ({ default: module.BulkDialog })));
const NEEDED: readonly Action[] = [
  "ticket.work",
  "ticket.dispatch",
  "ticket.handle",
  "ticket.verify",
  "ticket.supervise",
];

/** Opens what may be done with all that are picked; nothing for who may do nothing with a ticket. */
export function BulkButton({ numbers }: { numbers: readonly string[] }) {
  return (
    // Its words may come later; the page around it keeps its focus meanwhile.
    <Suspense fallback={null}>
      <Opening numbers={numbers} />
    </Suspense>
  );
}

function Opening({ numbers }: { numbers: readonly string[] }) {
  const { t } = useTranslation("bulk");
  const [open, setOpen] = useState(false);
  const me = useMe();
  if (!NEEDED.some((action) => me?.actions.includes(action))) return null;
  const many = numbers.length > MOST;
  return (
    <>
      <Button
        look="main"
        disabled={!numbers.length || many}
        title={many ? t("tooMany", { most: MOST }) : undefined}
        onClick={() => setOpen(true)}
      >
        {t("open")}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <BulkDialog numbers={numbers} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
