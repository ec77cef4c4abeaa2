import { expect, test } from "vitest";
import { searchOf } from "./filters";
import { keptOf, searchOfKept } from "./saved";

test("a view is kept in the words of the API, and comes back as it was", () => {
  const search = searchOf({
    show: "all",
    q: "Xinhua & Road",
    kind: ["bin_full", "exposed_garbage"],
    dept: ["sanitation"],
    late: true,
    high: true,
    cell: "131002001",
    box: "116.6,39.4,116.8,39.6",
    sort: "due",
    at: "116.7,39.5,12.5",
  });
  const kept = keptOf(search);
  expect(kept.filters).toContain("kind=bin_full&kind=exposed_garbage&department=sanitation");
  expect(kept.filters).not.toContain("open=");
  expect(searchOfKept(kept)).toEqual(search);
  const plain = searchOf({});
  expect(keptOf(plain)).toEqual({ filters: "open=true", map: null });
  expect(searchOfKept(keptOf(plain))).toEqual(plain);
});
