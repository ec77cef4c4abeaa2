import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Field } from "@/parts/Field";
import { Loading } from "@/parts/Loading";
import { Said } from "@/parts/Said";
import { Trouble } from "@/parts/Trouble";
import { useNamed } from "@/words/useWords";
import { departmentsQuery } from "./asking";
import { offered, type Offered } from "./departments";
import styles from "./Departments.module.css";

interface Props {
  label: string;
  required: boolean;
  /** That may be sent to it, as people write them. */
  tickets: readonly string[];
  value: string;
  onChoose: (name: string) => void;
}

const FEW = 6; // are seen at once: nothing has to be found among them

/** A department of the city, the one that the routing proposes first; any name where the city names none. */
export function DepartmentField({ label, required, tickets, value, onChoose }: Props) {
  const found = useQuery(departmentsQuery(tickets));
  if (found.isPending) return <Loading />;
  if (found.error) return <Trouble error={found.error} onAgain={() => void found.refetch()} />;
  const { data } = found;
  if (data.free)
    return (
      <Field
        label={label}
        name="department"
        required={required}
        maxLength={64}
        autoComplete="off"
        value={value}
        onChange={({ target }) => onChoose(target.value)}
      />
    );
  return <List {...{ label, required, value, onChoose, data, all: tickets.length }} />;
}

interface ListProps extends Omit<Props, "tickets"> {
  data: Parameters<typeof offered>[0];
  all: number;
}

function List({ label, required, value, onChoose, data, all }: ListProps) {
  const { t } = useTranslation("ticket");
  const [typed, type] = useState("");
  const group = useId();
  const shown = offered(data, typed);
  return (
    <fieldset className={styles.departments}>
      <legend>{label}</legend>
      {data.items.length > FEW && (
        <Field
          label={t("departments.find")}
          type="search"
          autoComplete="off"
          value={typed}
          onChange={({ target }) => type(target.value)}
        />
      )}
      <div className={styles.list}>
        {shown.map((one) => (
          <label key={one.name} className={styles.one}>
            <input
              type="radio"
              name={group}
              value={one.name}
              required={required}
              checked={value === one.name}
              onChange={() => onChoose(one.name)}
            />
            <About one={one} all={all} />
          </label>
        ))}
      </div>
      {!shown.length && <p role="status">{t("departments.none")}</p>}
    </fieldset>
  );
}

function About({ one, all }: { one: Offered; all: number }) {
  const { t } = useTranslation("ticket");
  const named = useNamed();
  const says = all > 1 ? t("departments.proposedFor", { count: one.times, all }) : t("departments.proposed");
  return (
    <span>
      <span className={styles.name}>
        {named(one)} {one.times > 0 && <Badge tone="accent">{says}</Badge>}
      </span>
      {one.why && (
        <span className={styles.why}>
          <Said reason={one.why} />
        </span>
      )}
    </span>
  );
}
