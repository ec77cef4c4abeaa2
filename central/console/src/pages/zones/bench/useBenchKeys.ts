import { useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";
import { isWriting } from "@/keys/registry";
import { useShortcuts } from "@/keys/useShortcuts";
import type { Save } from "../saving/useSave";
import { copiedLast, keepCopied, useTheBench } from "./useBench";

/** Ctrl (or Cmd) with Z, Y, C, V, D anywhere on the page but in a field; single keys as everywhere. */
export function useBenchKeys(saving: Save): void {
  const { t } = useTranslation("zones");
  const bench = useTheBench();
  const { act, changed } = bench;
  const paste = (): boolean => {
    const copy = copiedLast();
    if (copy) act({ do: "paste", copy });
    return !!copy;
  };
  const run = (key: string, shift: boolean): boolean => {
    if (key === "z") act({ do: shift ? "redo" : "undo" });
    else if (key === "y") act({ do: "redo" });
    else if (key === "c") return !getSelection()?.toString() && keepCopied(bench);
    else if (key === "v") return paste();
    else if (key === "d") return keepCopied(bench) && paste();
    else return false;
    return true;
  };
  const hear = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isWriting(event.target)) return;
    if (document.querySelector("dialog:modal")) return;
    if (run(event.key.toLowerCase(), event.shiftKey)) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => hear(event);
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
  useShortcuts([
    { keys: "s", says: t("save.open"), run: () => changed && saving.open() },
    { keys: "u", says: t("undo"), run: () => act({ do: "undo" }) },
  ]);
}
