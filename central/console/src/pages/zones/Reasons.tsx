import { Said } from "@/parts/Said";
import type { Reason } from "@/words/reasons";

/** What a node says of why, line by line. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  if (!reasons.length) return null;
  return (
    <ul>
      {reasons.map((reason, at) => (
        <li key={at}>
          <Said reason={reason} />
        </li>
      ))}
    </ul>
  );
}
