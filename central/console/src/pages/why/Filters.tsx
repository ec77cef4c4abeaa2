import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Choice } from "@/parts/Field";
import type { Candidate } from "./asking";
import styles from "./Candidates.module.css";
import { NO_ZONE, zonesOf } from "./rungs";
import { OUTCOMES, whyRoute, type Search } from "./route";

/** Which of the candidates. */
export function Filters({ candidates }: { candidates: readonly Candidate[] }) {
  const { t } = useTranslation("why");
  const { zone = "", outcome = "" } = whyRoute.useSearch();
  const navigate = useNavigate({ from: whyRoute.fullPath });
  const set = (part: Partial<Search>) =>
    void navigate({ search: (known) => ({ ...known, ...part }), replace: true, resetScroll: false });
  const named = (id: string) => (id === NO_ZONE ? t("noZone") : id);
  return (
    <div className={styles.filters}>
      <Choice
        label={t("filterZone")}
        choices={[["", t("all")], ...zonesOf(candidates).map((id) => [id, named(id)] as const)]}
        value={zone}
        onChange={(event) => set({ zone: event.target.value || undefined })}
      />
      <Choice
        label={t("filterOutcome")}
        choices={[["", t("all")], ...OUTCOMES.map((each) => [each, t(`outcome.${each}`)] as const)]}
        value={outcome}
        onChange={(event) => set({ outcome: OUTCOMES.find((each) => each === event.target.value) })}
      />
    </div>
  );
}
