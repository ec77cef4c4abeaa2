import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, given, type Schema } from "@/api/client";
import { askAgain, rollBack, versionsQuery, type Settings } from "../zones/asking/zones";
import type { Zone } from "../zones/draft/shape";
import type { Place } from "../zones/place";
import { TEST_FOR_S } from "./looking";

const FALLEN: readonly string[] = ["refused", "rolled_back"];

/** Saved for a time: the centre itself brings back what was before. `end`: now. */
export function useShortTest(place: Place, { version }: Settings) {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const onSettled = () => askAgain(queries, place);
  const begin = useMutation({
    mutationFn: (zones: readonly Zone[]) =>
      given(
        api.PUT("/api/zones/{district}/{node}/{source}", {
          params: { path: { ...place } },
          body: {
            base: version,
            why: t("test.why"),
            for_s: TEST_FOR_S,
            zones,
          } as unknown as Schema<"ZonesSaved">,
        }),
      ),
    onSettled,
  });
  const end = useMutation({
    mutationFn: async () => {
      const versions = await queries.fetchQuery(versionsQuery(place));
      const before = versions.find((one) => one.version < version && !FALLEN.includes(one.status));
      return rollBack(place, before?.version ?? 0, version, t("test.endWhy"));
    },
    onSettled,
  });
  return { begin, end };
}
