import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useMe } from "@/api/me";
import { forgetPlace } from "@/api/signedout";
import { Button } from "@/parts/Button";
import { Facts } from "@/parts/Facts";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import { useCodes } from "@/words/useWords";
import { NewPassword } from "./NewPassword";

/** Who one is here. */
export function Account() {
  const { t } = useTranslation("people");
  const of = useCodes("shell");
  const me = useMe();
  const everywhere = useMutation({
    mutationFn: () => api.DELETE("/api/me/sessions"),
    onSuccess: () => {
      forgetPlace();
      location.replace("/signin");
    },
  });
  if (!me) return null;
  return (
    <>
      <Panel
        title={me.name}
        actions={
          <Button busy={everywhere.isPending} onClick={() => everywhere.mutate()}>
            {t("signOutEverywhere")}
          </Button>
        }
      >
        <Facts
          facts={[
            [t("login"), me.login],
            [t("role"), of("roles", me.role)],
            [t("department"), me.department],
            [t("sessions"), me.sessions],
          ]}
        />
        <Trouble error={everywhere.error} />
      </Panel>
      {me.password && <NewPassword />}
    </>
  );
}
