import { useTranslation } from "react-i18next";
import { pictureUrl } from "@/api/pictures";
import { Marked } from "@/pictures/Marked";
import { corners } from "@/pictures/outlines";
import type { Ticket } from "./asking";
import { imagesOf } from "./sights";

/** The place that would be hidden, in the newest picture of it. */
export function HiddenPlace({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const picture = imagesOf(ticket).findLast(({ role }) => role !== "after");
  if (!picture || !ticket.box) return null;
  const outline = { points: corners(ticket.box), says: t("hide.box"), tone: "main" as const };
  return <Marked src={pictureUrl(picture, ticket.number)} alt={t("hide.what")} outlines={[outline]} />;
}
