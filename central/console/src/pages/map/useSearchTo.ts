import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Search } from "./filters";

/** Changes a part of the address; `undefined` takes it out. Going back leads to before where `keep` is not said. */
export function useSearchTo(): (change: Partial<Search>, keep?: boolean) => void {
  const navigate = useNavigate({ from: "/map" });
  return useCallback(
    (change, keep = false) =>
      void navigate({ search: (before) => ({ ...before, ...change }), replace: !keep }),
    [navigate],
  );
}
