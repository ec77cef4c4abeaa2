import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { useTheBench } from "../bench/useBench";
import { firstRule, isId, renamed, withRule, withZone } from "../draft/changes";
import type { Zone } from "../draft/shape";
import { toldWithin, type Told } from "../draft/told";
import { RuleForm } from "./RuleForm";
import styles from "./Side.module.css";

interface Props {
  zone: Zone;
  told: readonly Told[];
  /** By which events name the zone as it runs. */
  version: string | undefined;
}

/** What a zone is called, and every rule of it. */
export function Rules({ zone, told, version }: Props) {
  const { t } = useTranslation("zones");
  const { draft, act } = useTheBench();
  return (
    <div className={styles.rules}>
      <div className={styles.two}>
        <Field
          label={t("zone.name")}
          value={zone.name ?? ""}
          maxLength={240}
          trouble={toldWithin(told, zone.id).get("name") ?? null}
          onChange={({ target }) =>
            act({
              do: "change",
              draft: withZone(draft, zone.id, { name: target.value || null }),
              merges: `name ${zone.id}`,
            })
          }
        />
        <Id key={zone.id} zone={zone} />
      </div>
      {zone.rules.map((rule, at) => (
        <RuleForm
          key={at}
          rule={rule}
          at={at}
          told={toldWithin(told, zone.id, `rules[${at}]`)}
          onChange={(next, merges) =>
            act({
              do: "change",
              draft: withRule(draft, zone.id, at, next),
              merges: merges && `${zone.id} ${merges}`,
            })
          }
          onRemove={
            zone.rules.length > 1
              ? () => act({ do: "change", draft: withRule(draft, zone.id, at, null) })
              : null
          }
        />
      ))}
      <Button
        onClick={() =>
          act({
            do: "change",
            draft: withRule(draft, zone.id, zone.rules.length, {
              ...firstRule(),
              incident: "fire_lane_occupied",
            }),
          })
        }
      >
        <Icon name="plus" small />
        {t("rule.add")}
      </Button>
      {version && <p className={styles.version}>{t("zone.runsAs", { version })}</p>}
    </div>
  );
}

/** The name in events: taken over when the field is left, for half a name is another zone. */
function Id({ zone }: { zone: Zone }) {
  const { t } = useTranslation("zones");
  const { draft, act } = useTheBench();
  const [text, setText] = useState(zone.id);
  const taken = text !== zone.id && draft.zones.some(({ id }) => id === text);
  const trouble = !isId(text) ? t("zone.idWrong") : taken ? t("zone.idTaken") : null;
  const rename = () => {
    if (trouble || text === zone.id) return setText(zone.id);
    act({ do: "change", draft: renamed(draft, zone.id, text), select: { zone: text } });
  };
  return (
    <Field
      label={t("zone.id")}
      value={text}
      trouble={trouble}
      maxLength={64}
      spellCheck={false}
      onChange={({ target }) => setText(target.value)}
      onBlur={rename}
      onKeyDown={({ key }) => key === "Enter" && rename()}
    />
  );
}
