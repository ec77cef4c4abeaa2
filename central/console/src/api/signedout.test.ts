import { expect, test } from "vitest";
import { within } from "./signedout";

test.each(["/", "/tickets?show=all", "/ticket#T-000001", "/people?part=audit"])("back to %s", (path) => {
  expect(within(path)).toBe(path);
});

test.each([
  null,
  "",
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "tickets",
  "/signin",
  "/setup#x",
])("never back to %s", (path) => {
  expect(within(path)).toBeNull();
});
