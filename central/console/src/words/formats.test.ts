import { expect, test } from "vitest";
import { formats } from "./formats";

const AT = "2026-03-01T15:59:30Z"; // 23:59:30 in Shanghai
const shanghai = (language: "zh" | "en", now: string) =>
  formats(language, "Asia/Shanghai", () => Date.parse(now));

test("a moment of today has no day, in the centre's zone", () => {
  expect(shanghai("en", "2026-03-01T15:59:50Z").when(AT)).toBe("23:59:30");
  expect(shanghai("en", "2026-03-01T16:00:10Z").when(AT)).toBe("1 Mar, 23:59:30");
  expect(shanghai("zh", "2026-03-01T16:00:10Z").when(AT)).toBe("3月1日 23:59:30");
});

test.each([
  [5, "5 s", "5秒"],
  [60, "1 min", "1分"],
  [150, "2 min 30 s", "2分 30秒"],
  [7_320, "2 h 2 min", "2小时 2分"],
  [180_000, "2 d 2 h", "2天 2小时"],
  [-3, "0 s", "0秒"],
])("a span of %i s", (seconds, en, zh) => {
  expect(shanghai("en", AT).span(seconds)).toBe(en);
  expect(shanghai("zh", AT).span(seconds)).toBe(zh);
});
