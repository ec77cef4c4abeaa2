import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, given, type Schema } from "@/api/client";
import type { Role } from "@/api/me";
import { Button } from "@/parts/Button";
import { Row } from "@/parts/Table";
import { useDepartment } from "@/words/useDepartment";
import { useCodes } from "@/words/useWords";
import { ROLES, usersQuery, type User } from "./asking";
import styles from "./People.module.css";
import type { Secret } from "./Reveal";

interface Props {
  user: User;
  onLink: (made: Secret) => void;
  onTrouble: (error: unknown) => void;
}

/** One account, and what an administrator may do with it. */
export function AccountRow({ user, onLink, onTrouble }: Props) {
  const { t } = useTranslation("people");
  const of = useCodes("people");
  const department = useDepartment();
  const queries = useQueryClient();
  const params = { path: { login: user.login } };
  const told = { onError: onTrouble, onMutate: () => onTrouble(null) };
  const alter = useMutation({
    ...told,
    mutationFn: (body: Schema<"UserChange">) => api.PATCH("/api/users/{login}", { params, body }),
    onSettled: () => queries.invalidateQueries(usersQuery),
  });
  const link = useMutation({
    ...told,
    mutationFn: () => given(api.POST("/api/users/{login}/link", { params })),
    onSuccess: (made) => onLink({ title: user.login, secret: location.origin + made.link }),
  });
  return (
    <Row>
      <span>{user.login}</span>
      <span>{user.name}</span>
      <span>{user.department && department(user.department)}</span>
      <RoleChoice user={user} onChoose={(role) => alter.mutate({ role })} />
      <span>{user.disabled ? t("disabledNow") : of("signsInBy", user.signs_in)}</span>
      <span className={styles.deeds}>
        {!user.disabled && user.signs_in !== "outside" && (
          <Button busy={link.isPending} onClick={() => link.mutate()}>
            {t("newLink")}
          </Button>
        )}
        <Button busy={alter.isPending} onClick={() => alter.mutate({ disabled: !user.disabled })}>
          {user.disabled ? t("enable") : t("disable")}
        </Button>
      </span>
    </Row>
  );
}

function RoleChoice({ user, onChoose }: { user: User; onChoose: (role: Role) => void }) {
  const { t } = useTranslation("people");
  const of = useCodes("shell");
  return (
    <select
      className={styles.role}
      aria-label={t("roleOf", { name: user.login })}
      value={user.role}
      onChange={(event) => onChoose(event.target.value as Role)}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {of("roles", role)}
        </option>
      ))}
    </select>
  );
}
