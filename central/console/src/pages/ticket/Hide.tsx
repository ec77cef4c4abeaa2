import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, given } from "@/api/client";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Choice, Labelled } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { newRequest } from "@/requests";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import type { Ticket } from "./asking";
import { HiddenPlace } from "./HiddenPlace";
import styles from "./Marks.module.css";
import { useSourceName } from "@/words/useSourceName";

const LASTS = [
  ["1h", "hide.hour"],
  ["1d", "hide.day"],
  ["7d", "hide.week"],
  ["30d", "hide.month"],
] as const;

/** The same thing at the same place is not told for a while; says exactly what that is. */
export function Hide({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation("ticket");
  const { when } = useFormats();
  const hiding = useHiding(ticket);
  return (
    <Dialog title={t("hide.title")} onClose={onClose}>
      {hiding.data ? (
        <div className={styles.form} role="status">
          <p>{t("hide.done", { when: when(hiding.data.until) })}</p>
          <p className={styles.end}>
            <Button onClick={onClose}>{t("close", { ns: "shell" })}</Button>
          </p>
        </div>
      ) : (
        <HideForm ticket={ticket} hiding={hiding} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface FormProps {
  ticket: Ticket;
  hiding: ReturnType<typeof useHiding>;
  onClose: () => void;
}

function HideForm({ ticket, hiding, onClose }: FormProps) {
  const { t } = useTranslation("ticket");
  const sourceName = useSourceName();
  const named = useNamed();
  const [lasts, setLasts] = useState("7d");
  const [words, setWords] = useState("");
  function go(event: React.FormEvent): void {
    event.preventDefault();
    hiding.mutate({ lasts, words });
  }
  return (
    <form method="post" className={styles.form} onSubmit={go}>
      <div>
        <h3>{t("hide.what")}</h3>
        <ul className={styles.what}>
          <li>{t("hide.kind", { kind: named(ticket.kind), source: sourceName(ticket.source) })}</li>
          <li>{t("hide.box")}</li>
          <li>{t("hide.never")}</li>
        </ul>
      </div>
      <HiddenPlace ticket={ticket} />
      <Choice
        label={t("hide.lasts")}
        choices={LASTS.map(([value, says]) => [value, t(says)] as const)}
        value={lasts}
        onChange={(event) => setLasts(event.target.value)}
      />
      <Labelled label={t("hide.words")} hint={t("commentHint")}>
        {(own) => (
          <textarea
            {...own}
            rows={2}
            maxLength={240}
            required
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Labelled>
      <Trouble error={hiding.error} />
      <p className={styles.end}>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look="main" busy={hiding.isPending}>
          {t("hide.go")}
        </Button>
      </p>
    </form>
  );
}

function useHiding(ticket: Ticket) {
  const queries = useQueryClient();
  const request = useRef(newRequest());
  return useMutation({
    mutationFn: (asked: { lasts: string; words: string }) =>
      given(
        api.POST("/api/suppressions", {
          body: {
            ...asked,
            request: request.current,
            ticket: ticket.number,
            node: ticket.node,
            situation: ticket.situation,
          },
        }),
      ),
    onError: () => (request.current = newRequest()),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["ticket", ticket.number] }),
        queries.invalidateQueries({ queryKey: ["suppressions"] }),
      ]),
  });
}
