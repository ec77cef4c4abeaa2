import { useTranslation } from "react-i18next";
import { Facts } from "@/parts/Facts";
import { useFormats } from "@/words/useFormats";
import type { Model } from "./asking";
import { labels, licences, metrics, textOf } from "./card";

/** What the card of a model says. */
export function CardFacts({ of }: { of: Model }) {
  const { t } = useTranslation("models");
  const { number } = useFormats();
  const measured = metrics(of.card).map(({ data, values }) => {
    const told = values.map(([name, value]) => `${name} ${number(value, { maximumFractionDigits: 3 })}`);
    return `${data}: ${told.join(", ")}`;
  });
  return (
    <Facts
      facts={[
        [t("card.title"), of.title],
        [t("card.role"), of.role],
        [t("card.labels"), labels(of.card)],
        [t("card.input"), textOf(of.card, "input")],
        [t("card.precision"), textOf(of.card, "precision")],
        [t("card.trainedOn"), textOf(of.card, "trained_on")],
        [t("card.licence"), licences(of.card)],
        [t("card.metrics"), measured.join("; ")],
        [t("card.note"), textOf(of.card, "note")],
        [t("card.network"), of.network],
        [t("card.bundle"), of.sha256],
        [t("card.signers"), of.signers.join(", ")],
        [t("card.by"), of.by],
      ]}
    />
  );
}
