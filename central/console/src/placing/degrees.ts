/** Degrees that were typed; null where they are none. Pure. */
export function degrees(text: string, most: 90 | 180): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(value) && Math.abs(value) <= most ? value : null;
}
