import { createContext, use, useEffect, useEffectEvent } from "react";
import { Keys, isWriting, type Shortcut } from "./registry";

export const KeysContext = createContext(new Keys());

/** These keys work while the component is shown. `shortcuts` may be made anew at every render. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const keys = use(KeysContext);
  const run = useEffectEvent((of: string) => shortcuts.find(({ keys: each }) => each === of)?.run());
  const named = JSON.stringify(shortcuts.map(({ keys: each, says }) => [each, says]));
  useEffect(() => {
    const group = (JSON.parse(named) as [string, string][]).map(([each, says]) => ({
      keys: each,
      says,
      run: () => run(each),
    }));
    return keys.add(group);
  }, [keys, named]);
}

/** Hears the keyboard for the whole page; once, in the shell. */
export function useKeyboard(): void {
  const keys = use(KeysContext);
  useEffect(() => {
    function hear(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target))
        return;
      if (document.querySelector("dialog:modal")) return;
      const found = keys.pressed(event.key, event.timeStamp);
      if (!found) return;
      event.preventDefault();
      found.run();
    }
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [keys]);
}
