import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Labelled } from "@/parts/Field";
import { useNamed } from "@/words/useWords";
import { kindsQuery } from "../asking/kinds";

interface Props {
  value: string;
  trouble: string | null;
  onChange: (word: string) => void;
}

/** What a rule opens: a kind of the code table, or a word of this place's own. */
export function KindChoice({ value, trouble, onChange }: Props) {
  const { t } = useTranslation("zones");
  const named = useNamed();
  const kinds = useQuery(kindsQuery).data ?? [];
  const numbered = kinds.filter(({ code }) => code);
  const others = kinds.filter(({ code }) => !code);
  const known = kinds.some(({ word }) => word === value);
  return (
    <Labelled label={t("rule.opens")} trouble={trouble}>
      {(own) => (
        <select {...own} value={value} onChange={({ target }) => onChange(target.value)}>
          {!known && <option value={value}>{value}</option>}
          <optgroup label={t("rule.numbered")}>
            {numbered.map((kind) => (
              <option key={kind.word} value={kind.word}>
                {`${named(kind)} · ${kind.code}`}
              </option>
            ))}
          </optgroup>
          <optgroup label={t("rule.unnumbered")}>
            {others.map((kind) => (
              <option key={kind.word} value={kind.word}>
                {named(kind)}
              </option>
            ))}
          </optgroup>
        </select>
      )}
    </Labelled>
  );
}
