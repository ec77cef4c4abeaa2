// Moments as `datetime-local` fields have them, in the browser's own zone. Pure.

const two = (value: number): string => String(value).padStart(2, "0");

/** ms since 1970 as the field's value, to the second. */
export function fieldOf(at: number): string {
  const moment = new Date(at);
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day}T${[moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(":")}`;
}

/** RFC 3339, in UTC. */
export const instantOf = (field: string): string => new Date(field).toISOString();
