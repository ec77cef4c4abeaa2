import { useFormats } from "@/words/useFormats";

/** A moment to the second; with its day, year and zone on hover. */
export function Moment({ at, className }: { at: string; className?: string }) {
  const { when, exact } = useFormats();
  return (
    <time dateTime={at} title={exact(at)} className={className}>
      {when(at)}
    </time>
  );
}
