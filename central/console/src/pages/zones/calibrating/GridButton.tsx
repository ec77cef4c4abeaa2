import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useFormats } from "@/words/useFormats";

/** The grid of metres, on or off; step: what a square measures, null: off. */
export function GridButton({ step, onPress }: { step: number | null; onPress: () => void }) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  return (
    <Button aria-pressed={step !== null} onClick={onPress}>
      <Icon name="layers" small />
      {step === null ? t("ground.grid") : t("ground.gridOf", { metres: number(step) })}
    </Button>
  );
}
