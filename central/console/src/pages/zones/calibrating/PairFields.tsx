import { useState } from "react";
import { numberIn, pairIn } from "./writing";

type Two = readonly [number, number];

interface Props {
  value: Two | null;
  /** What is written is this many times what is meant, with so many decimals. */
  times?: number;
  decimals: number;
  labels: readonly [string, string];
  /** What two written numbers come to; null: they cannot be that. */
  read: (pair: Two) => Two | null;
  onPut: (pair: Two) => void;
  onFocus?: () => void;
}

/** Two numbers that belong together; a text that holds both may be pasted into either. */
export function PairFields({ value, times = 1, decimals, labels, read, onPut, onFocus }: Props) {
  const [written, setWritten] = useState<readonly [string, string] | null>(null);
  const told = value?.map((each) => String(Number((each * times).toFixed(decimals))));
  const texts = written ?? ((told ?? ["", ""]) as [string, string]);
  const meant = (pair: Two | null) => pair && read([pair[0] / times, pair[1] / times]);
  const both = (pair: readonly [string, string]): Two | null => {
    const [one, other] = [numberIn(pair[0]), numberIn(pair[1])];
    return one === null || other === null ? null : [one, other];
  };
  const put = (axis: 0 | 1, text: string) => {
    const pasted = meant(pairIn(text));
    const next: [string, string] = axis === 0 ? [text, texts[1]] : [texts[0], text];
    const found = pasted ?? meant(both(next));
    setWritten(pasted ? null : next);
    if (found) onPut(found);
  };
  const wrong = written !== null && written.every((text) => text.trim() !== "") && !meant(both(written));
  return (
    <>
      {([0, 1] as const).map((axis) => (
        <input
          key={axis}
          inputMode="decimal"
          autoComplete="off"
          aria-label={labels[axis]}
          aria-invalid={wrong || undefined}
          value={texts[axis]}
          onFocus={onFocus}
          onChange={({ target }) => put(axis, target.value)}
          onBlur={() => {
            if (meant(both(texts))) setWritten(null);
          }}
        />
      ))}
    </>
  );
}
