import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Moment } from "@/parts/Moment";
import { Row } from "@/parts/Table";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import styles from "../People.module.css";
import type { Sign } from "./asking";

const PLACES = 6; // a decimetre

/** One place: what is reported where, and its sign to print. */
export function SignRow({ sign, onTake }: { sign: Sign; onTake: (sign: Sign) => void }) {
  const { t } = useTranslation("people");
  const named = useNamed();
  const { number } = useFormats();
  const { name, latitude, longitude, accuracy_m: accuracy } = sign;
  return (
    <Row data-sign={sign.code}>
      <span>{name}</span>
      <span>{sign.kind ? named(sign.kind) : t("signs.any")}</span>
      <span>
        {t("signs.within", {
          lat: latitude.toFixed(PLACES),
          lon: longitude.toFixed(PLACES),
          m: number(accuracy),
        })}
      </span>
      <span>{number(sign.reports)}</span>
      <Moment at={sign.made} />
      <span className={styles.deeds}>
        <a href={sign.sign} target="_blank" rel="noreferrer" aria-label={t("signs.printOf", { name })}>
          {t("signs.print")}
        </a>
        <Button look="quiet" aria-label={t("signs.takeOf", { name })} onClick={() => onTake(sign)}>
          {t("signs.take")}
        </Button>
      </span>
    </Row>
  );
}
