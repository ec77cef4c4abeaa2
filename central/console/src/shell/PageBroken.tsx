import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { Page } from "@/parts/Page";
import { Trouble } from "@/parts/Trouble";

/** In place of a page that broke; everything around it goes on. */
export function PageBroken({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryClient();
  return (
    <Page>
      <Trouble
        error={error}
        onAgain={() => {
          void queries.resetQueries({ predicate: ({ state }) => state.status === "error" });
          reset();
          void router.invalidate();
        }}
      />
    </Page>
  );
}
