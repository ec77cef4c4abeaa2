import { describe, expect, test } from "vitest";
import { followers, mine, nextToSend, offered, refusalOf, stateWith } from "./doing";
import type { Held, Me, Option, Ticket, Waiting } from "./shapes";

const option = (action: string, code?: string): Option => ({
  action,
  allowed: code === undefined,
  why_not: code === undefined ? null : { code, text: code, values: {} },
  needed: [],
  besides: [],
});
const DISPATCHED = [
  option("take"),
  option("feed_back"),
  option("send_back"),
  option("verify", "role_lacks"),
  option("extend"),
];
const ticket = (part: Partial<Ticket>): Ticket =>
  ({ number: "T-000001", state: "dispatched", version: 3, actions: DISPATCHED, whole: 5, ...part }) as Ticket;
const HELD: Held = { why: "changed", code: "changed_since", text: "", version: 4, since: [] };
let order = 0;
const waits = (action: string | null, part: Partial<Waiting> = {}): Waiting => ({
  order: ++order,
  request: `request-${order}`,
  ticket: "T-000001",
  action,
  text: "",
  version: 3,
  follows: null,
  photos: [],
  made: 0,
  held: null,
  ...part,
});
const actions = (found: Option[]) => found.map(({ action }) => action);
const me = (part: Partial<Me>): Me => ({
  login: "dai",
  name: "Dai",
  role: "department",
  department: "Sanitation",
  actions: [],
  ...part,
});

describe("what is offered", () => {
  test("of what the centre allows, what somebody in the street does, in one order", () => {
    expect(actions(offered(ticket({}), []))).toEqual(["take", "feed_back", "send_back"]);
  });
  test("goes on from what waits, as far as one's role may", () => {
    const handled = [
      option("take", "illegal_action"),
      option("feed_back", "illegal_action"),
      option("verify", "illegal_action"),
    ];
    const own = [waits("take")];
    expect(stateWith(ticket({}), own)).toBe("handling");
    expect(actions(offered(ticket({}), own))).toEqual(["feed_back", "send_back"]);
    const both = [...own, waits("feed_back")];
    expect(stateWith(ticket({}), both)).toBe("fed_back");
    expect(actions(offered(ticket({ actions: handled }), both))).toEqual([]); // who handles never verifies
  });
  test("nothing on top of what somebody has to look at first, and words change nothing", () => {
    expect(offered(ticket({}), [waits("take", { held: HELD })])).toEqual([]);
    expect(stateWith(ticket({}), [waits("take", { held: HELD })])).toBe("dispatched");
    expect(actions(offered(ticket({}), [waits(null)]))).toEqual(["take", "feed_back", "send_back"]);
  });
});

describe("what is mine", () => {
  test("by what is allowed where that is known, else by state and house", () => {
    expect(mine(ticket({}), me({}), [])).toBe(true);
    expect(mine(ticket({ actions: [option("withdraw")] }), me({}), [])).toBe(false);
    const brief = ticket({ actions: null, whole: 0, department: "Sanitation" });
    expect(mine(brief, me({}), [])).toBe(true);
    expect(mine({ ...brief, department: "Roads" }, me({}), [])).toBe(false);
    expect(mine({ ...brief, state: "fed_back" }, me({ role: "grid_worker" }), [])).toBe(true);
    expect(mine(brief, me({ role: "viewer" }), [])).toBe(false);
  });
});

describe("the order of sending", () => {
  test("of each ticket as it was made; what is held stops its own ticket alone", () => {
    const queue = [
      waits("take", { held: HELD }),
      waits("feed_back"),
      waits("take", { ticket: "T-000002" }),
      waits("feed_back", { ticket: "T-000002" }),
    ];
    expect(nextToSend(queue, new Set())).toBe(queue[2]);
    expect(nextToSend(queue.slice(3), new Set(["T-000002"]))).toBeNull();
    expect(nextToSend([], new Set())).toBeNull();
  });
  test("what follows builds on the version that came of the one before", () => {
    const first = waits("take");
    const second = waits("feed_back", { follows: first.request, version: null });
    expect(followers([first, second], first.request, 4)).toEqual([{ ...second, follows: null, version: 4 }]);
  });
});

test.each([
  [0, {}, "later"],
  [503, {}, "later"],
  [429, {}, "later"],
  [401, {}, "signIn"],
  [422, { code: "unknown_picture" }, "again"],
  [409, { code: "changed_since", version: 4, since: [] }, "held"],
  [403, { code: "other_department" }, "held"],
])("what becomes of %i %o: %s", (status, body, what) => {
  expect(Object.keys(refusalOf(status, body, "because"))).toEqual([what]);
});

test("a conflict, a refusal and a photo that cannot be masked are three things", () => {
  const why = (body: object) => {
    const found = refusalOf(422, body as Record<string, unknown>, "because");
    return "held" in found && found.held.why;
  };
  expect([why({ code: "changed_since" }), why({ code: "own_department" }), why({ photo: true })]).toEqual([
    "changed",
    "refused",
    "photo",
  ]);
});
