import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { centreQuery } from "@/api/me";
import { formats, type Formats } from "./formats";
import { useLanguage } from "./useWords";

/** How to write moments, spans and numbers for the reader, in the centre's time zone once that is known. */
export function useFormats(): Formats {
  const language = useLanguage();
  const zone = useQuery(centreQuery).data?.time_zone ?? undefined;
  return useMemo(() => formats(language, zone, Date.now), [language, zone]);
}
