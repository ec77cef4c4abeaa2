import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useNamed } from "@/words/useWords";
import { markReasonsQuery } from "./asking";

/** How to say a mark: what, why, of which situation, and in whose words. */
export function useMarkWords(): (mark: Schema<"MarkAnswer">) => string {
  const { t } = useTranslation("ticket");
  const named = useNamed();
  const { data } = useQuery(markReasonsQuery);
  return ({ mark, reason, words, situation }) => {
    const known = data?.items.find((each) => each.reason === reason);
    const why = known ? named(known) : reason;
    const parts = [t(mark === "right" ? "mark.saidRight" : "mark.saidFalse"), why, words];
    return [...parts, situation && `${t("mark.ofSituation")} ${situation}`].filter(Boolean).join(" · ");
  };
}
