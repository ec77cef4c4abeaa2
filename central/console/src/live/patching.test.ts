import { expect, test } from "vitest";
import type { Schema } from "@/api/client";
import { withTickets } from "./patching";

const ticket = (number: string, state = "reported") => ({ number, state }) as Schema<"TicketAnswer">;
const news = new Map([["T-2", ticket("T-2", "closed")]]);

test("a ticket is replaced in a page and in pages of pages", () => {
  const page = { items: [ticket("T-1"), ticket("T-2")], next: null };
  const wanted = { items: [ticket("T-1"), ticket("T-2", "closed")], next: null };
  expect(withTickets(page, news)).toEqual(wanted);
  expect(withTickets({ pages: [page], pageParams: [null] }, news)).toEqual({
    pages: [wanted],
    pageParams: [null],
  });
});

test("what does not hold it stays the very same object", () => {
  const other = { pages: [{ items: [ticket("T-3")] }] };
  for (const known of [other, undefined, null, 7, { open: 1 }]) expect(withTickets(known, news)).toBe(known);
});
