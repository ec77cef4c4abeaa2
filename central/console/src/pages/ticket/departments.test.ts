import { expect, test } from "vitest";
import { offered, type Departments } from "./departments";

const list: Departments = {
  free: false,
  items: [
    { name: "roads", zh: "市政", en: "Roads" },
    { name: "parks", zh: "园林", en: "Parks" },
    { name: "sanitation", zh: "环卫", en: "Sanitation" },
  ],
  proposals: [
    { ticket: "T-1", department: "parks", post: null, reasons: [{ code: "routed", text: "its route" }] },
  ],
};

test("what the routing proposes comes first, with its reason", () => {
  const [first, ...others] = offered(list, "");
  expect([first?.name, first?.times, first?.why?.text]).toEqual(["parks", 1, "its route"]);
  expect(others.map(({ name, times, why }) => [name, times, why])).toEqual([
    ["roads", 0, null],
    ["sanitation", 0, null],
  ]);
});

test("of several tickets by how many of them, without one reason for all", () => {
  const other = (ticket: string) => ({ ticket, department: "sanitation", post: null, reasons: [] });
  const both = { ...list, proposals: [...list.proposals, other("T-2"), other("T-3")] };
  expect(offered(both, "").map(({ name, times }) => [name, times])).toEqual([
    ["sanitation", 2],
    ["parks", 1],
    ["roads", 0],
  ]);
  expect(offered(both, "").every(({ why }) => why === null)).toBe(true);
});

test("found by name or by either language", () => {
  const names = (typed: string) => offered(list, typed).map(({ name }) => name);
  expect([names("园"), names(" ROAD "), names("sani"), names("police")]).toEqual([
    ["parks"],
    ["roads"],
    ["sanitation"],
    [],
  ]);
});
