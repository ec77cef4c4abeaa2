import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { Icon } from "@/parts/Icon";
import styles from "./Places.module.css";
import { useUnfinished } from "./unfinished";
import { PLACES, type AnyPlace } from "./places";

/** The places that whoever is signed in may see, with their names and how to go there. */
export function usePlaces(): (AnyPlace & { words: string; go: () => void })[] {
  const { t } = useTranslation();
  const may = useMe()?.actions ?? [];
  const navigate = useNavigate();
  return PLACES.filter(({ needs }) => may.includes(needs)).map((place) => ({
    ...place,
    words: t(`places.${place.name}`),
    go: () => ("to" in place ? void navigate({ to: place.to }) : location.assign(place.href)),
  }));
}

/** The navigation's links. */
export function Places({ onGo }: { onGo?: () => void }) {
  const unfinished = useUnfinished();
  const first = (name: string) => Number(unfinished && name === "start");
  return (
    <ul className={styles.places}>
      {usePlaces()
        .toSorted((one, other) => first(other.name) - first(one.name))
        .map((place) => (
          <li key={place.name} className={first(place.name) ? styles.first : undefined}>
            {"to" in place ? (
              <Link to={place.to} className={styles.place} onClick={onGo}>
                <Icon name={place.icon} />
                {place.words}
              </Link>
            ) : (
              <a href={place.href} className={styles.place}>
                <Icon name={place.icon} />
                {place.words}
              </a>
            )}
          </li>
        ))}
    </ul>
  );
}
