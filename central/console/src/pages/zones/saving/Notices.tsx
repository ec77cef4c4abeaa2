import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { classes } from "@/parts/classes";
import { useFormats } from "@/words/useFormats";
import { versionsQuery, type Settings } from "../asking/zones";
import type { Loaded } from "../bench/useSettings";
import { useTheBench } from "../bench/useBench";
import type { Told } from "../draft/told";
import { Merging } from "./Merging";
import styles from "./Saving.module.css";
import type { Save } from "./useSave";

interface Props {
  loaded: Loaded;
  settings: Settings;
  saving: Save;
  told: readonly Told[];
}

/** What somebody has to know before going on: a restored draft, another's version, a refusal. */
export function Notices({ loaded, settings, saving, told }: Props) {
  const { t } = useTranslation("zones");
  const { state, act } = useTheBench();
  const refused = settings.status === "refused" || settings.status === "rolled_back";
  const nowhere = told.filter(({ of }) => of === null);
  return (
    <>
      {loaded.newer && <Newer settings={settings} newer={loaded.newer} />}
      {loaded.restored && !loaded.newer && (
        <div className={styles.notice} role="status">
          {t("notice.restored", { version: state.version ?? 0 })}
          <Button
            onClick={() => act({ do: "load", base: loaded.base ?? state.base, version: settings.version })}
          >
            {t("notice.discard")}
          </Button>
        </div>
      )}
      {refused && (
        <div className={classes(styles.notice, styles.bad)} role="alert">
          <span>
            {t(`notice.${settings.status as "refused" | "rolled_back"}`, { version: settings.version })}
          </span>
          {nowhere.map(({ text }) => (
            <span key={text}>{text}</span>
          ))}
          <BackOne settings={settings} saving={saving} />
        </div>
      )}
    </>
  );
}

/** To the version of this camera before the newest; a node numbers those of all its cameras. */
function BackOne({ settings: { version }, saving }: { settings: Settings; saving: Save }) {
  const { t } = useTranslation("zones");
  const { place } = useTheBench();
  const known = useQuery(versionsQuery(place)).data ?? [];
  const before = known.find((each) => each.version < version && each.status === "applied")?.version ?? 0;
  if (version === 0) return null;
  return (
    <Button busy={saving.busy} onClick={() => saving.back(before, t("history.backWhy", { version: before }))}>
      {t("notice.back")}
    </Button>
  );
}

function Newer({ settings, newer }: { settings: Settings; newer: NonNullable<Loaded["newer"]> }) {
  const { t } = useTranslation("zones");
  const { when } = useFormats();
  const [open, setOpen] = useState(false);
  const { by, at, why, version } = settings;
  const changes = [{ version, by: by ?? "", at: at ?? new Date().toISOString(), why: why ?? "", diff: [] }];
  return (
    <div className={styles.notice} role="status">
      {t("notice.newer", { by: by ?? "", version, when: at ? when(at) : "" })}
      <Button onClick={() => setOpen(true)}>{t("notice.merge")}</Button>
      {open && (
        <Dialog title={t("merge.title")} size="large" onClose={() => setOpen(false)}>
          <Merging
            since={{ version: newer.version, changes, theirs: newer.draft }}
            onDone={() => setOpen(false)}
          />
        </Dialog>
      )}
    </div>
  );
}
