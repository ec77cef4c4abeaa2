import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Problem } from "@/api/problem";
import { rollBack, save, settingsQuery, sinceOf, type Settings, type Since } from "../asking/zones";
import { useTheBench } from "../bench/useBench";
import { draftOf, type Draft } from "../draft/shape";
import type { Said } from "../draft/told";

export interface Save {
  shown: boolean;
  open: () => void;
  close: () => void;
  send: (why: string) => void;
  back: (version: number, why: string) => void;
  busy: boolean;
  error: unknown;
  /** What the centre found wrong with what was sent, by its place. */
  faults: Said[] | null;
  /** Somebody else saved meanwhile. */
  since: Since | null;
  forget: () => void;
  /** Seconds from the click until the node said that it applies; null while that is not known. */
  took: number | null;
}

/** Saves the draft, or an old version, on top of the one it was decided on. */
export function useSave(settings: Settings): Save {
  const { place, draft, state, act } = useTheBench();
  const queries = useQueryClient();
  const [shown, setShown] = useState(false);
  const { took, began, sent } = useTook(settings);
  const saved = (now: Settings) => {
    queries.setQueryData(settingsQuery(place).queryKey, now);
    void queries.invalidateQueries({ queryKey: ["zones"] });
    sent(now.version);
    setShown(false);
  };
  const sending = useMutation({
    mutationFn: ({ why, what }: { why: string; what: Draft }) =>
      save(place, { base: state.version ?? 0, why, draft: what, before: state.base }),
    onMutate: began,
    onSuccess: (now, { what }) => {
      act({ do: "based", base: what, version: now.version });
      saved(now);
    },
  });
  const rolling = useMutation({
    mutationFn: ({ version, why }: { version: number; why: string }) =>
      rollBack(place, version, settings.version, why),
    onMutate: began,
    onSuccess: (now) => {
      if (now.body && "zones" in now.body && "ignore" in now.body)
        act({ do: "load", base: draftOf(now.body), version: now.version });
      saved(now);
    },
  });
  const error = sending.error ?? rolling.error;
  const since = error instanceof Problem ? sinceOf(error) : null;
  return {
    shown,
    open: () => setShown(true),
    close: () => setShown(false),
    send: (why) => sending.mutate({ why, what: draft }),
    back: (version, why) => rolling.mutate({ version, why }),
    busy: sending.isPending || rolling.isPending,
    error: since ? null : error,
    faults: faultsIn(sending.error),
    since,
    forget: () => {
      sending.reset();
      rolling.reset();
    },
    took,
  };
}

/** How long it took from the click until the node said that it applies. */
function useTook({ status, version }: Settings) {
  const [clicked, setClicked] = useState<{ at: number; version: number | null } | null>(null);
  const [took, setTook] = useState<{ version: number; seconds: number } | null>(null);
  const here = clicked !== null && clicked.version === version;
  useEffect(() => {
    if (!here || status !== "applied") return undefined;
    const frame = requestAnimationFrame((now) =>
      setTook((known) =>
        known?.version === version ? known : { version, seconds: (now - clicked.at) / 1000 },
      ),
    );
    return () => cancelAnimationFrame(frame);
  }, [here, status, version, clicked]);
  return {
    took: took?.version === version ? took.seconds : null,
    began: () => setClicked({ at: performance.now(), version: null }),
    sent: (number: number) => setClicked((now) => now && { ...now, version: number }),
  };
}

/** Every fault that the centre told, each with its place. */
function faultsIn(error: unknown): Save["faults"] {
  if (!(error instanceof Problem) || error.status !== 422) return null;
  const { reasons, code } = error.body;
  if (Array.isArray(reasons)) return reasons as Said[];
  return [{ code: typeof code === "string" ? code : "", text: error.message, where: error.where }];
}
