import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

interface Words {
  [key: string]: string | string[] | Words;
}

const here = new URL(".", import.meta.url);
const names = (language: string) => readdirSync(new URL(language, here)).sort();
const read = (language: string, file: string) =>
  JSON.parse(readFileSync(new URL(`${language}/${file}`, here), "utf8")) as Words;

/** Every key with its placeholders. Chinese has one plural form, English two: both count as one key. */
function told(words: Words, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) => {
    const name = `${path}${key}`;
    if (Array.isArray(value)) return told(Object.fromEntries(value.entries()) as Words, `${name}.`);
    if (typeof value !== "string") return told(value, `${name}.`);
    const places = [...value.matchAll(/\{\{\s*(\w+)/g)].map(([, place]) => place).sort();
    return [[name.replace(/_(one|other)$/, "_plural"), places.join(" ")] as [string, string]];
  });
}

const flat = (language: string, file: string) => Object.fromEntries(told(read(language, file)));

test("both languages have the same files", () => {
  expect(names("zh")).toEqual(names("en"));
});

test.each(names("en"))(
  "%s has the same keys and placeholders in both languages, and no empty words",
  (file) => {
    expect(flat("zh", file)).toEqual(flat("en", file));
    const empty = (words: Words): boolean =>
      Object.values(words).some((value) =>
        typeof value === "string" ? value.trim() === "" : empty(value as Words),
      );
    expect([empty(read("zh", file)), empty(read("en", file))]).toEqual([false, false]);
  },
);

test.each(names("en"))("%s is known to the compiler", (file) => {
  const known = readFileSync(new URL("known.ts", here), "utf8");
  expect(known).toContain(`${file.replace(".json", "")}: typeof ${file.replace(".json", "")};`);
});
