import { useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import type { Settings } from "../zones/asking/zones";
import type { Zone } from "../zones/draft/shape";
import type { Place } from "../zones/place";
import { longest, shortened, TEST_FOR_S } from "./looking";
import styles from "./Start.module.css";
import { useNow } from "./useNow";
import { useShortTest } from "./useShortTest";

interface Props {
  place: Place;
  settings: Settings;
  zones: readonly Zone[];
  /** There is a ticket: what was chosen comes back at once. */
  over: boolean;
}

type Test = ReturnType<typeof useShortTest>;

/** The same zones with a few seconds in place of minutes, for a quarter of an hour. */
export function ShortTest({ place, settings, zones, over }: Props) {
  const { t } = useTranslation("start");
  const { span } = useFormats();
  const test = useShortTest(place, settings);
  const { end } = test;
  const runs = settings.until !== null;
  const finish = useEffectEvent(() => {
    if (!end.isPending && !end.isSuccess) end.mutate();
  });
  useEffect(() => {
    if (over && runs) finish();
  }, [over, runs]);
  if (runs) return <Running test={test} until={settings.until ?? ""} zones={zones} />;
  if (!over) return <Beginning test={test} zones={zones} />;
  const usual = longest(zones);
  return usual === null ? null : <p className={styles.soft}>{t("test.back", { span: span(usual) })}</p>;
}

function Running({ test, until, zones }: { test: Test; until: string; zones: readonly Zone[] }) {
  const { t } = useTranslation("start");
  const { span } = useFormats();
  const left = (Date.parse(until) - useNow()) / 1000;
  return (
    <div className={styles.part} data-test="short">
      <p className={styles.wait} role="status">
        {t("test.runs", { span: span(longest(zones) ?? 0), left: span(left) })}
      </p>
      <p className={styles.row}>
        <Button busy={test.end.isPending} onClick={() => test.end.mutate()}>
          {t("test.end")}
        </Button>
      </p>
      <Trouble error={test.end.error} />
    </div>
  );
}

function Beginning({ test, zones }: { test: Test; zones: readonly Zone[] }) {
  const { t } = useTranslation("start");
  const { span } = useFormats();
  const short = shortened(zones);
  return (
    <div className={styles.part}>
      <p>{t("test.about", { span: span(longest(zones) ?? 0) })}</p>
      {short.changed && (
        <p className={styles.row}>
          <Button look="main" busy={test.begin.isPending} onClick={() => test.begin.mutate(short.zones)}>
            {t("test.begin", { span: span(longest(short.zones) ?? 0) })}
          </Button>
          <span className={styles.soft}>{t("test.returns", { span: span(TEST_FOR_S) })}</span>
        </p>
      )}
      <Trouble error={test.begin.error} />
    </div>
  );
}
