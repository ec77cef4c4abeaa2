import { describe, expect, test } from "vitest";
import type { Candidate } from "../why/asking";
import type { Zone } from "../zones/draft/shape";
import { centreUrl, enrolCommand } from "./address";
import { longest, presetOf, ruleOf, shortened } from "./looking";
import { nearest } from "./nearest";
import { chosenCamera, chosenNode, doneOf, stepNow, type Node, type Source } from "./progress";
import { degrees } from "@/placing/degrees";
import { freeId, hostOf, probed, saved, wrongAddress, type Typed } from "./source";

const camera = (id: string, zones = 0): Source =>
  ({
    id,
    source: { id, kind: "camera" },
    zones: Array.from({ length: zones }, () => ({})),
  }) as unknown as Source;
const node = (name: string, sources: Source[] = [], online: boolean | null = true): Node =>
  ({ node: `gewu://${name}`, heard: "2026-03-01T08:00:00Z", online, sources }) as unknown as Node;

describe("how far it is", () => {
  const A = node("131002/a");
  test.each([
    [[], false, "node"],
    [[{ ...A, heard: null }], false, "node"],
    [[A], false, "camera"],
    [[node("131002/a", [camera("cam-1")])], false, "zone"],
    [[node("131002/a", [camera("cam-1", 1)])], false, "alarm"],
    [[node("131002/a", [camera("cam-1", 1)])], true, "next"],
  ])("%# the first that is not done", (nodes, tickets, step) => {
    expect(stepNow(doneOf({ nodes, tickets }))).toBe(step);
  });

  test("a gate or a sensor is no camera", () => {
    const gate = { id: "gate", source: { id: "gate", kind: "gate" }, zones: [] } as unknown as Source;
    expect(doneOf({ nodes: [node("131002/a", [gate])], tickets: false }).camera).toBe(false);
  });

  test("what was chosen, else what fits, else the first", () => {
    const nodes = [
      node("131002/a", [camera("cam-1", 1)], false),
      node("131002/b", [camera("cam-1"), camera("cam-2", 1)]),
    ];
    const none = (one: Source) => one.zones.length === 0;
    expect(chosenNode(nodes, "131002/a")?.online).toBe(false);
    expect(chosenNode(nodes, undefined)?.node).toBe("gewu://131002/b");
    expect(chosenNode([], "131002/a")).toBeUndefined();
    expect(chosenCamera(nodes, {}, none)?.source.id).toBe("cam-1");
    expect(chosenCamera(nodes, { node: "131002/b", source: "cam-2" }, none)?.source.id).toBe("cam-2");
    expect(chosenCamera(nodes, {}, () => false)?.node.node).toBe("gewu://131002/a");
  });
});

describe("the command", () => {
  test.each([
    ["https://centre.example", "http://10.0.0.9:8080/start", "https://centre.example"],
    ["http://127.0.0.1:8080", "http://10.0.0.9:8080/start", "http://10.0.0.9:8080"],
    ["http://127.0.0.1:8080", "http://localhost:8080/start", "http://127.0.0.1:8080"],
  ])("%s, read at %s", (said, here, url) => {
    expect(centreUrl(said, here)).toBe(url);
  });

  test("says aloud that nothing is encrypted, beyond this machine", () => {
    expect(enrolCommand("http://127.0.0.1:8080", "T")).toBe(
      "gewu-edge enroll http://127.0.0.1:8080 T && gewu-edge run edge.yaml",
    );
    expect(enrolCommand("http://10.0.0.9:8080", "T")).toContain(" T --insecure && ");
    expect(enrolCommand("https://a.example/x;y", "T")).toContain("'https://a.example/x;y'");
  });
});

describe("a new camera", () => {
  const typed = (way: Typed["way"], address: string, username = ""): Typed => ({ way, address, username });
  test.each([
    ["rtsp", "", "empty"],
    ["rtsp", "rtsp://me:secret@192.0.2.7/a", "password"],
    ["rtsp", "rtsp://me@192.0.2.7/a", "password"],
    ["rtsp", "http://192.0.2.7", "rtsp"],
    ["rtsp", "rtsp://192.0.2.7/a?x=y@z", null],
    ["onvif", "192.0.2.7", "http"],
    ["onvif", "http://192.0.2.7/onvif/device_service", null],
    ["file", "films/a@b.mp4", null],
  ] as const)("%s %s", (way, address, fault) => {
    expect(wrongAddress({ way, address })).toBe(fault);
  });

  test("what is tried is not what is saved: the camera told its stream, the node keeps its password", () => {
    const one = typed("onvif", " http://192.0.2.7 ", "viewer");
    expect(probed("cam-1", one)).toEqual({ id: "cam-1", onvif: "http://192.0.2.7", username: "viewer" });
    const found = { kind: "rtsp", url: "rtsp://192.0.2.7/main" };
    const about = { name: " Gate ", place: "", position: { lon: 116.7, lat: 39.5 } };
    expect(saved(one, found, { password_file: "/s/cam-1" }, about)).toEqual({
      ...found,
      username: "viewer",
      password_file: "/s/cam-1",
      name: "Gate",
      position: about.position,
      zones: [],
      ignore: [],
    });
  });

  test("a film goes on for ever", () => {
    const film = saved(typed("file", "a.mp4"), null, null, { name: "A", place: "B", position: null });
    expect(film).toMatchObject({ kind: "file", path: "a.mp4", repeat: "loop", place: "B" });
  });

  test("names, hosts and degrees", () => {
    expect(freeId(["cam-1", "cam-3"])).toBe("cam-2");
    expect(hostOf("http://192.0.2.7:8000/onvif")).toBe("192.0.2.7:8000");
    expect(hostOf("what")).toBe("what");
    expect([degrees("116,7", 180), degrees("91", 90), degrees("", 90), degrees("x", 90)]).toEqual([
      116.7,
      null,
      null,
      null,
    ]);
  });
});

describe("the test alarm", () => {
  const zone = (...rules: Zone["rules"]): Zone => ({ id: "z", polygon: [], rules });
  test("is as short as each rule allows, and says whether that is shorter", () => {
    const parking = presetOf("illegal_parking");
    const rule = parking && ruleOf(parking, "5m");
    expect(rule).toEqual({ kind: "dwell", groups: ["vehicle"], incident: "illegal_parking", dwell: "5m" });
    const zones = [
      zone(...(rule ? [rule] : []), { kind: "left", incident: "exposed_garbage", dwell: "15m" }),
    ];
    const short = shortened(zones);
    expect(short.changed).toBe(true);
    expect(short.zones[0]?.rules.map(({ dwell }) => dwell)).toEqual(["10s", "20s"]);
    expect(shortened(short.zones).changed).toBe(false);
    expect([longest(zones), longest(short.zones), longest([])]).toEqual([900, 20, null]);
  });

  test("shows who came nearest", () => {
    const one = (place: string, more: Partial<Candidate>, passed = 0): Candidate =>
      ({
        place,
        zone: "z",
        outcome: "stopped",
        until: "2026-03-01T08:00:00Z",
        gates: Array.from({ length: passed }, () => ({ state: "passed" })),
        ...more,
      }) as unknown as Candidate;
    expect(nearest([])).toBeNull();
    expect(nearest([one("a", {}, 2), one("b", { outcome: "waiting" }, 1)])?.place).toBe("b");
    expect(nearest([one("a", { zone: null, outcome: "waiting" }), one("b", {})])?.place).toBe("b");
    expect(nearest([one("a", {}, 3), one("b", {}, 1)])?.place).toBe("a");
    expect(nearest([one("a", {}), one("b", { until: "2026-03-01T08:00:01Z" })])?.place).toBe("b");
  });
});
