import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useFormats } from "./useFormats";
import { useCodes } from "./useWords";

type Reading = Schema<"Reading">;

interface Told {
  /** What was read. */
  name: string;
  /** Its value in words, with its unit. */
  value: string;
  /** What to think of it; null where it is good. */
  doubt: string | null;
}

/** What a device read, in the reader's words. */
export function useReading(): (reading: Reading) => Told {
  const { i18n } = useTranslation("readings");
  const of = useCodes("readings");
  const { number } = useFormats();
  const flag = (quantity: string, value: boolean) =>
    of(i18n.exists(`flags.${quantity}`, { ns: "readings" }) ? `flags.${quantity}` : "anyFlag", String(value));

  function valueOf({ quantity, value, unit }: Reading): string {
    if (typeof value === "boolean") return flag(quantity, value);
    if (typeof value === "string") return of("states", value);
    const shown = number(value, { maximumFractionDigits: 3 });
    return unit ? `${shown} ${unit}` : shown;
  }

  return (reading) => ({
    name: of("quantities", reading.quantity),
    value: valueOf(reading),
    doubt: reading.quality && reading.quality !== "good" ? of("qualities", reading.quality) : null,
  });
}
