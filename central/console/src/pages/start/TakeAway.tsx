import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Trouble } from "@/parts/Trouble";
import { removeSource, sourcesQuery } from "./asking";

/** What does not work can be taken away, and begun anew. */
export function TakeAway({ node, source }: { node: string; source: string }) {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeSource(node, source, t("camera.removed")),
    onSettled: () => queries.invalidateQueries(sourcesQuery),
  });
  return (
    <div>
      <Button busy={remove.isPending || remove.isSuccess} onClick={() => remove.mutate()}>
        {t("camera.remove")}
      </Button>
      <Trouble error={remove.error} />
    </div>
  );
}
