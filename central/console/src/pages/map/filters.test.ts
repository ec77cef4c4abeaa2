import { expect, test } from "vitest";
import { atOf, boxOf, counted, passing, searchOf, sorted } from "./filters";
import { lookOf, nameOf, rowsOf, withNews, type Columns, type Row } from "./rows";

const NOW = 1_000_000_000_000;

const row = (number: number, more: Partial<Row> = {}): Row => ({
  number,
  name: nameOf(number),
  version: 1,
  kind: { word: "exposed_garbage", zh: "暴露垃圾", en: "Exposed garbage" },
  state: "reported",
  open: true,
  high: false,
  department: null,
  cell: null,
  place: null,
  longitude: 116.7,
  latitude: 39.5,
  opened: NOW - number * 1_000,
  due: null,
  ...more,
});

test("an address is read, and what cannot be read is left out", () => {
  expect(searchOf({ show: "done", kind: "a", at: "116.7,39.5,12", ticket: "T-000001" })).toMatchObject({
    show: "done",
    kind: ["a"],
    at: "116.7,39.5,12",
    ticket: "T-000001",
  });
  const odd = searchOf({
    show: "x",
    at: "1,2",
    box: "3,0,1,1",
    cell: "abc",
    sort: 7,
    off: ["z"],
    side: "up",
    late: 1,
  });
  expect(Object.values(odd).every((value) => value === undefined)).toBe(true);
  expect(searchOf({ q: 123 }).q).toBe("123");
});

test("boxes and views", () => {
  expect(boxOf("116.6,39.4,116.8,39.6")).toEqual([116.6, 39.4, 116.8, 39.6]);
  expect([boxOf("1,2,3"), boxOf(undefined), boxOf("a,b,c,d")]).toEqual([null, null, null]);
  expect(atOf("116.7,39.5,12")).toEqual({ longitude: 116.7, latitude: 39.5, zoom: 12 });
  expect([atOf("190,0,3"), atOf("0,0,99"), atOf("")]).toEqual([null, null, null]);
});

test("each filter leaves what it says, and together they leave what passes all", () => {
  const rows = [
    row(1, { due: NOW - 1, department: "sanitation" }),
    row(2, { high: true, place: "Xinhua Road 3", cell: "131002001001001" }),
    row(3, { open: false, state: "closed" }),
    row(4, { longitude: null, latitude: null, due: NOW + 1 }),
  ];
  const left = (filter: Parameters<typeof passing>[1]) =>
    passing(rows, filter, NOW).map(({ number }) => number);
  expect(left({})).toEqual([1, 2, 4]);
  expect(left({ show: "all" })).toEqual([1, 2, 3, 4]);
  expect(left({ show: "done" })).toEqual([3]);
  expect(left({ late: true })).toEqual([1]);
  expect(left({ high: true })).toEqual([2]);
  expect(left({ dept: ["sanitation", "other"] })).toEqual([1]);
  expect(left({ cell: "131002001" })).toEqual([2]);
  expect(left({ box: "116.6,39.4,116.8,39.6" })).toEqual([1, 2]);
  expect(left({ q: "xinhua garbage" })).toEqual([2]);
  expect(left({ q: "暴露 T-000004" })).toEqual([4]);
  expect(left({ q: "xinhua", late: true })).toEqual([]);
});

test("orders: what has no date or place comes last, of equals the newest number first", () => {
  const rows = [
    row(1, { due: 5, place: "b" }),
    row(2),
    row(3, { due: 4, place: "a" }),
    row(4, { opened: row(1).opened }),
  ];
  const order = (sort: Parameters<typeof sorted>[1]) => sorted(rows, sort).map(({ number }) => number);
  expect(order("newest")).toEqual([4, 1, 2, 3]);
  expect(order("oldest")).toEqual([3, 2, 4, 1]);
  expect(order("due")).toEqual([3, 1, 4, 2]);
  expect(order("place")).toEqual([3, 1, 4, 2]);
  expect(order("kind")).toEqual([4, 3, 2, 1]);
});

test("how many of each", () => {
  const rows = [row(1, { cell: "b" }), row(2, { cell: "a" }), row(3, { cell: "b" }), row(4)];
  expect(counted(rows, ({ cell }) => cell)).toEqual([
    ["b", 2],
    ["a", 1],
  ]);
});

test("why a ticket looks as it does", () => {
  expect(lookOf(row(1, { due: NOW - 1 }), NOW)).toBe("late");
  expect(lookOf(row(1, { due: NOW + 1 }), NOW)).toBe("waiting");
  expect(lookOf(row(1, { state: "handling" }), NOW)).toBe("working");
  expect(lookOf(row(1, { state: "parked" }), NOW)).toBe("held");
  expect(lookOf(row(1, { state: "closed", open: false, due: NOW - 1 }), NOW)).toBe("done");
});

test("columns become rows", () => {
  const told: Columns = {
    total: 2,
    seq: 9,
    open: ["reported"],
    states: ["reported", "closed"],
    kinds: [{ word: "bin_full", zh: "垃圾箱满溢", en: "Bin overflowing" }],
    severities: ["high", "normal"],
    origins: ["camera"],
    departments: ["sanitation"],
    cells: [],
    places: ["Gate 3"],
    columns: {
      number: [7, 6],
      longitude: [116.7, null],
      latitude: [39.5, null],
      opened: [10, 9],
      due: [20, null],
      state: [0, 1],
      kind: [0, 0],
      severity: [0, 1],
      origin: [0, 0],
      department: [null, 0],
      cell: [null, null],
      place: [0, null],
      parent: [null, null],
      version: [3, 4],
    },
  };
  const [first, second] = rowsOf(told);
  expect(first).toMatchObject({
    name: "T-000007",
    open: true,
    high: true,
    place: "Gate 3",
    due: 20_000,
    department: null,
  });
  expect(second).toMatchObject({
    open: false,
    high: false,
    department: "sanitation",
    longitude: null,
    version: 4,
  });
});

test("news replace what is older, come first where they are new, and change nothing where they are older", () => {
  const rows = [row(2, { version: 5 }), row(1)];
  const news = new Map([
    [3, row(3)],
    [2, row(2, { version: 4, state: "closed" })],
    [1, row(1, { version: 2, state: "accepted", longitude: null })],
  ]);
  const found = withNews(rows, news);
  expect(found.map(({ number, state }) => [number, state])).toEqual([
    [3, "reported"],
    [2, "reported"],
    [1, "accepted"],
  ]);
  expect(found[2]?.longitude).toBe(116.7);
  expect(withNews(rows, new Map())).toBe(rows);
});
