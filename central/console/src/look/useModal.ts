import { useId, useLayoutEffect, useRef, type SyntheticEvent } from "react";

/** What makes a `<dialog>` modal for as long as it is rendered, and the id of its heading. Escape asks to close it. */
export function useModal(onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed before it goes, so that the focus returns to where it was opened.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const onCancel = (event: SyntheticEvent) => {
    event.preventDefault();
    onClose();
  };
  return { id, modal: { ref, onCancel, "aria-labelledby": id } };
}
