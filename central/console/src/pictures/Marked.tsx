import { useState } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "@/parts/classes";
import styles from "./Marked.module.css";
import { sceneHeight, svgPoints, type Outline } from "./outlines";

interface Props {
  src: string;
  alt: string;
  /** Drawn over it, each with its words. */
  outlines?: readonly Outline[];
  /** A node's picture has a strip with source and time below its scene. */
  captioned?: boolean;
  className?: string;
  eager?: boolean;
}

interface Size {
  width: number;
  height: number;
}

/** A masked picture with outlines over it. What it shows is said by `alt`. */
export function Marked({ src, alt, outlines = [], captioned = true, className, eager = false }: Props) {
  const { t } = useTranslation("ticket");
  const [size, setSize] = useState<Size | null>(null);
  const [failed, setFailed] = useState(false);
  if (failed) return <span className={classes(styles.none, className)}>{t("pictureGone")}</span>;
  return (
    <span className={classes(styles.marked, className)}>
      <img
        src={src}
        alt={alt}
        loading={eager ? "eager" : "lazy"}
        decoding="async"
        draggable={false}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setSize({ width: naturalWidth, height: naturalHeight })
        }
        onError={() => setFailed(true)}
      />
      {size && outlines.length > 0 && <Over size={size} outlines={outlines} captioned={captioned} />}
    </span>
  );
}

function Over({
  size,
  outlines,
  captioned,
}: {
  size: Size;
  outlines: readonly Outline[];
  captioned: boolean;
}) {
  const { width, height } = size;
  const scene = captioned ? sceneHeight(width, height) : height;
  return (
    <svg className={styles.over} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {outlines.map(({ points, says, tone }, at) => (
        <polygon key={at} className={styles[tone]} points={svgPoints(points, width, scene)}>
          <title>{says}</title>
        </polygon>
      ))}
    </svg>
  );
}
