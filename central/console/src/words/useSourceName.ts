import { useTranslation } from "react-i18next";

interface Source {
  id: string;
  kind?: string | null;
  name?: string | null;
}

const PEOPLE = ["citizen", "grid_worker", "department"];

/** Is it what people told, and no machine's? */
export const isTold = ({ kind }: Source): boolean => PEOPLE.includes(kind ?? "");

/** What a ticket's source is called; of what people told, the way on which they did. */
export function useSourceName(): (source: Source) => string {
  const { i18n } = useTranslation("casework");
  return (source) => {
    const { id, name } = source;
    const way: unknown = isTold(source) && i18n.getResource(i18n.language, "casework", `channels.${id}`);
    return name ?? (typeof way === "string" ? way : id);
  };
}
