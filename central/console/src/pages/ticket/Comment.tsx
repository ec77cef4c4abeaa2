import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, given } from "@/api/client";
import { useMay } from "@/api/me";
import { Problem, statusOf } from "@/api/problem";
import { Button } from "@/parts/Button";
import { Labelled } from "@/parts/Field";
import { Panel } from "@/parts/Panel";
import { useProblem } from "@/words/useProblem";
import { newRequest } from "@/requests";
import { PhotoField } from "@/uploads/PhotoField";
import { usePhotos, type Photos } from "@/uploads/usePhotos";
import { caseworkQuery, type Ticket } from "./asking";
import styles from "./Comment.module.css";

/** Words for those who work on it, with photos. */
export function Comment({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  if (!useMay("ticket.work")) return null;
  return (
    <div className={styles.panel}>
      <Panel title={t("comment")}>
        <Writing number={ticket.number} />
      </Panel>
    </div>
  );
}

function Writing({ number }: { number: string }) {
  const { t } = useTranslation("ticket");
  const [text, setText] = useState("");
  const photos = usePhotos();
  const { data: casework } = useQuery(caseworkQuery);
  const said = useSaying(number, photos, () => {
    setText("");
    photos.all.forEach(({ id }) => photos.remove(id));
  });
  function go(event: React.FormEvent): void {
    event.preventDefault();
    said.mutate(text);
  }
  return (
    <form method="post" className={styles.form} onSubmit={go}>
      <Labelled label={t("comment")} hint={t("commentHint")} trouble={useTroubleOf(said.error)}>
        {(own) => (
          <textarea
            {...own}
            rows={2}
            maxLength={240}
            required
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Labelled>
      {casework?.pictures && <PhotoField photos={photos} />}
      <Button type="submit" look="main" busy={said.isPending} disabled={photos.busy}>
        {photos.busy ? t("photo.wait") : t("comment")}
      </Button>
    </form>
  );
}

function useSaying(number: string, photos: Photos, onDone: () => void) {
  const queries = useQueryClient();
  const request = useRef(newRequest());
  return useMutation({
    mutationFn: (text: string) =>
      given(
        api.POST("/api/tickets/{name}/comments", {
          params: { path: { name: number } },
          body: { text, request: request.current, pictures: photos.sha256 },
        }),
      ),
    onSuccess: () => {
      request.current = newRequest();
      onDone();
    },
    onError: (error) => {
      if (statusOf(error) !== 0) request.current = newRequest();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["ticket", number] }),
  });
}

function useTroubleOf(error: Error | null): string | null {
  const { t } = useTranslation("ticket");
  const say = useProblem();
  if (!error) return null;
  const status = statusOf(error);
  return status === 422
    ? t("notWritable")
    : status === 0
      ? t("sendFailed")
      : error instanceof Problem
        ? say(error).says
        : error.message;
}
