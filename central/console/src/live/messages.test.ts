import { expect, test } from "vitest";
import { Messages } from "./messages";

const HELLO = "retry: 2000\nid: 7\nevent: hello\ndata: {}\n\n";

test("a message is told when it is whole, however it was cut", () => {
  for (let cut = 1; cut < HELLO.length; cut++) {
    const messages = new Messages();
    const told = [...messages.take(HELLO.slice(0, cut)), ...messages.take(HELLO.slice(cut))];
    expect(told).toEqual([{ id: "7", event: "hello", data: "{}" }]);
  }
});

test("comments and a message without data tell nothing", () => {
  expect(new Messages().take(": alive\n\nid: 8\nevent: ticket\n\n")).toEqual([]);
});

test("several messages at once, and data of several lines", () => {
  const told = new Messages().take("id: 1\ndata: a\ndata: b: c\n\nid: 2\nevent: ticket\ndata:d\n\n");
  expect(told).toEqual([
    { id: "1", event: "message", data: "a\nb: c" },
    { id: "2", event: "ticket", data: "d" },
  ]);
});
