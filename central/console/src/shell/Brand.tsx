import mark from "@/look/mark.svg";
import styles from "./Brand.module.css";

export function Brand() {
  return (
    <span className={styles.brand}>
      <img src={mark} alt="" width="26" height="26" />
      <span lang="zh-CN">格物</span>
      <span className={styles.latin} lang="en">
        Gewu
      </span>
    </span>
  );
}
