import { classes } from "./classes";
import styles from "./Icon.module.css";

/** Drawn in a square of 24 with a line of 1.75. */
const PATHS = {
  map: "M9 4 3 6.5v13.5l6-2.5 6 2.5 6-2.5V4l-6 2.5L9 4Zm0 0v13.5m6-11V20",
  tickets: "M4 6h16M4 12h16M4 18h10",
  cameras: "M4 8h9a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Zm11 4 6-3v7l-6-3",
  zones: "m5 6 9-2 6 7-4 8-10 1-2-8 1-6Zm0 0v.01M14 4v.01M20 11v.01M16 19v.01M6 20v.01M4 12v.01",
  indicators: "M4 20V10m5 10V4m5 16v-8m5 8V7",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9a6 6 0 0 1 12 0m1-9a3 3 0 1 0 0-6m1.5 9.5A5.5 5.5 0 0 1 21 20",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-2.5-11.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7m0 3v.01",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "m6 6 12 12M18 6 6 18",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5",
  language: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
  light:
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  auto: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-18v18m0-15.5 6 1.8m-6 2.2 8.6 1.5M12 15h8.3M12 19l5-.6",
  out: "M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5m5-4 4-4-4-4m4 4H9",
  previous: "m15 5-7 7 7 7",
  next: "m9 5 7 7-7 7",
  down: "m5 9 7 7 7-7",
  check: "m5 13 4 4L19 7",
  warning: "M12 4 2.5 20h19L12 4Zm0 6v5m0 2.5v.01",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  north: "m12 3 6 17-6-3.5L6 20 12 3Z",
  here: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-20v4m0 16v4M0 12h4m16 0h4M12 12v.01",
  crop: "M7 2v15h15M2 7h15v15",
  layers: "m12 3 9 5-9 5-9-5 9-5Zm-9 9 9 5 9-5m-18 4 9 5 9-5",
  bookmark: "M6 4h12v16l-6-4.5L6 20V4Z",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  pointer: "m5 4 6.5 16 2-6.5 6.5-2L5 4Z",
  box: "M5 6h14v12H5zM5 6v.01M19 6v.01M19 18v.01M5 18v.01",
  mask: "M5 5h14v14H5zM5 12l7-7M5 19 19 5M12 19l7-7",
  paste: "M8 4h8v4H8zM8 6H5v14h14V6h-3",
  trash: "M4 7h16M9 7V4h6v3m-8 0 1 13h8l1-13",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  edit: "m4 20 1-4L16 5l3 3L8 19l-4 1Zm10-13 3 3",
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5m5 5H10a6 6 0 0 0 0 12h3",
  filter: "M4 5h16l-6 8v6l-4-2v-4L4 5Z",
  calendar: "M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1Zm-1 5h16M8 3v4m8-4v4",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.5 2",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  download: "M12 4v11m-4-4 4 4 4-4M4 20h16",
  upload: "M12 15V4m-4 4 4-4 4 4M4 20h16",
  play: "M7 5v14l11-7L7 5Z",
  pause: "M8 5v14m8-14v14",
  picture: "M4 5h16v14H4zM4 16l4.5-4.5L13 16l3-3 4 4M15.5 9v.01",
  why: "M12 3v4m0 0a4 4 0 0 1 4 4c0 3-4 3-4 6M4 12h4m8 0h4M12 20v.01",
  drone:
    "M12 10v4m-2-2h4M6 6l4 4m8-4-4 4M6 18l4-4m8 4-4-4M6 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm12 0a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm12 0a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  gate: "M4 20V6h4v14M8 9h12M8 9l4 3m2-3 4 3M2 20h8",
  sensor:
    "M12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm-4 2a6 6 0 0 1 0-8m8 0a6 6 0 0 1 0 8M5 19A10 10 0 0 1 5 5m14 0a10 10 0 0 1 0 14",
  health: "M3 12h4l2.5-6 4.5 12 2.5-6H21",
  rollouts: "M4 18h4v-4H4v4Zm6 0h4V10h-4v8Zm6 0h4V6h-4v12",
  node: "M4 5h16v6H4zM4 13h16v6H4zM7 8v.01M7 16v.01",
  tiles: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M9 5v14",
  flag: "M5 21V4m0 0h12l-2 4 2 4H5",
  key: "M14 14a5 5 0 1 0-4.6-3L3 17.5V21h3.5l.5-2h2v-2h2l1.4-1.4c.5.3 1 .4 1.6.4Zm2-6v.01",
} as const;

export type IconName = keyof typeof PATHS;

/** Never the only word for a thing: what it stands beside, or `aria-label` on the button, says it. */
export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg className={classes(styles.icon, small && styles.small)} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
