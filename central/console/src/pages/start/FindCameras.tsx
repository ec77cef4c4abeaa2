import { useTranslation } from "react-i18next";
import { AskState } from "@/asks/AskState";
import { useAsking } from "@/asks/useAsking";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { hostOf } from "./source";
import styles from "./Start.module.css";

const SEARCH_S = 5;

/** Which cameras answer in the node's own network. */
export function FindCameras({ node, onFound }: { node: string; onFound: (address: string) => void }) {
  const { t } = useTranslation("start");
  const search = useAsking();
  const look = () => search.start({ command: "discover", node, for_s: SEARCH_S });
  const cameras = search.ask?.status === "done" ? (search.ask.result.cameras ?? []) : null;
  return (
    <div className={styles.part}>
      <p className={styles.row}>
        <Button look={cameras ? "plain" : "main"} busy={search.busy} onClick={look}>
          <Icon name="search" small />
          {t(cameras ? "camera.searchAgain" : "camera.search")}
        </Button>
        <span className={styles.soft}>{t("camera.searchHelp", { seconds: SEARCH_S })}</span>
      </p>
      <AskState asking={search} onAgain={look} />
      {cameras?.length === 0 && <p className={styles.warn}>{t("camera.none")}</p>}
      {cameras && cameras.length > 0 && (
        <ul className={styles.found} aria-label={t("camera.found")}>
          {cameras.map(({ address, name, hardware }) => (
            <li key={address}>
              <span>
                <b>{name ?? hostOf(address)}</b>{" "}
                <span className={styles.soft}>{[hardware, hostOf(address)].filter(Boolean).join(" · ")}</span>
              </span>
              <Button onClick={() => onFound(address)}>{t("camera.take")}</Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
