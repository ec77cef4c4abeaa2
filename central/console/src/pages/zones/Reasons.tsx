import type { Schema } from "@/api/client";

/** What a node says of why, line by line. */
export function Reasons({ reasons }: { reasons: readonly Pick<Schema<"Reason">, "text">[] }) {
  if (!reasons.length) return null;
  return (
    <ul>
      {reasons.map(({ text }, at) => (
        <li key={at}>{text}</li>
      ))}
    </ul>
  );
}
