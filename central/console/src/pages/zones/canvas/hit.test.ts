import { expect, test } from "vitest";
import { draftOf } from "../draft/shape";
import { ofBox } from "../geometry/outline";
import { hit } from "./hit";

const DRAFT = draftOf({
  zones: [
    { id: "large", polygon: ofBox([0, 0, 0.8, 0.8]), rules: [] },
    { id: "small", polygon: ofBox([0.2, 0.2, 0.4, 0.4]), rules: [] },
  ],
  ignore: [ofBox([0.85, 0.85, 1, 1])],
});
const WITHIN = { size: { width: 1000, height: 1000 }, reach: 10 };

test("the smallest outline under the pointer, unless a larger one is selected", () => {
  expect(hit(DRAFT, [0.3, 0.3], null, WITHIN)).toEqual({ on: "outline", which: { zone: "small" } });
  const large = { zone: "large" };
  expect(hit(DRAFT, [0.3, 0.3], large, WITHIN)).toEqual({ on: "outline", which: large });
  expect(hit(DRAFT, [0.9, 0.9], null, WITHIN)).toEqual({ on: "outline", which: { ignore: 0 } });
  expect(hit(DRAFT, [0.82, 0.1], null, WITHIN)).toEqual({ on: null });
});

test("corners and middles of edges, of what is selected alone", () => {
  const small = { zone: "small" };
  expect(hit(DRAFT, [0.404, 0.395], small, WITHIN)).toEqual({ on: "corner", which: small, at: 2 });
  expect(hit(DRAFT, [0.3, 0.205], small, WITHIN)).toEqual({ on: "half", which: small, at: 0 });
  expect(hit(DRAFT, [0.404, 0.395], null, WITHIN)).toMatchObject({ on: "outline" });
});
