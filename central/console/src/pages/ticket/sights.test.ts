import { expect, test } from "vitest";
import type { Picture, Ticket } from "./asking";
import { imagesOf, outlinesIn, sidesOf, sightsOf } from "./sights";

const picture = (sha256: string, role: Picture["role"], more: Partial<Picture> = {}): Picture => ({
  sha256,
  role,
  size: 1,
  media_type: "image/jpeg",
  masked: true,
  taken: "2026-03-01T08:00:00Z",
  here: true,
  url: `/api/evidence/${sha256}`,
  ...more,
});
const event = (subject: string, seconds: number, data: object): Ticket["events"][number] => {
  const at = new Date(Date.UTC(2026, 2, 1, 8, 0, seconds)).toISOString();
  const shape = { type: "gewu.incident.updated.v1", recorded: at, received: at, sha256: "", deliveries: 1 };
  const source = { id: "cam-1", kind: "camera" };
  return { ...shape, id: subject + seconds, time: at, body: { subject, data: { source, ...data } } };
};

test("the newest picture after, the first one before", () => {
  const [a, b, c, d] = [
    picture("a", "scene"),
    picture("b", "before"),
    picture("c", "after"),
    picture("d", "after"),
  ];
  expect(sidesOf([a, b, c, d])).toEqual({ before: b, after: d });
  expect(sidesOf([a, c])).toEqual({ before: a, after: c });
  expect(sidesOf([c])).toEqual({ before: null, after: c });
});

test("clips, and pictures that have not come, are no images", () => {
  const evidence = [
    picture("a", "scene", { here: false }),
    picture("b", "clip", { media_type: "video/mp4" }),
  ];
  expect(imagesOf({ evidence })).toEqual([]);
});

test("a picture has the box of the event that names it, and the others of the same camera until then", () => {
  const sights = sightsOf([
    event("far", 1, { box: [0, 0, 0.1, 0.1], source: { id: "cam-2" } }),
    event("near", 2, { box: [0.5, 0.5, 0.6, 0.6] }),
    event("own", 3, { box: [0.1, 0.1, 0.2, 0.2], evidence: [{ sha256: "a" }] }),
    event("own", 4, { box: [0.3, 0.3, 0.4, 0.4] }),
    event("late", 5, { box: [0.7, 0.7, 0.8, 0.8] }),
    event("odd", 6, { box: "nowhere" }),
  ]);
  const found = outlinesIn(picture("a", "scene"), sights, { own: "this", other: "other" });
  expect(found.map(({ says, points }) => [says, points[0]])).toEqual([
    ["this", [0.1, 0.1]],
    ["other", [0.5, 0.5]],
  ]);
  expect(outlinesIn(picture("z", "scene"), sights, { own: "this", other: "other" })).toEqual([]);
});

test("pictures in the order in which they were taken, the one after last", () => {
  const late = picture("a", "scene", { taken: "2026-03-01T09:00:00Z" });
  const [b, c] = [picture("b", "after"), picture("c", "scene")];
  expect(imagesOf({ evidence: [late, b, c] })).toEqual([c, b, late]);
});
