// The draft of a set-up without a page: its steps, its place in the browser, and two people's changes put together.
//
//   node tests/browser/set_up_draft.mjs

import { deepEqual, equal } from "node:assert/strict";
import { beforeEach, test } from "node:test";

const office = new URL("../../server/screens/office/", import.meta.url);
const { Draft } = await import(new URL("set_up_draft.js", office));
const { givingWay } = await import(new URL("set_up_ids.js", office));
const { merge } = await import(new URL("set_up_merge.js", office));

const BASE = {
  hours: { opens: "08:30", closes: "17:00" },
  queues: [{ id: "cash", prefix: "A" }],
  services: [{ id: "deposit", queue: "cash" }],
  counters: [{ number: 1, serves: ["cash", "loans"] }],
  segments: {},
  cards: [{ match: "62", segment: "ordinary" }],
};

/** The base, changed. */
function but(change) {
  const document = structuredClone(BASE);
  change(document);
  return document;
}

beforeEach(() => {
  const kept = new Map();
  globalThis.localStorage = {
    setItem: (key, text) => kept.set(key, text),
    getItem: (key) => kept.get(key) ?? null,
    removeItem: (key) => kept.delete(key),
  };
});

test("a step back after joining leaves alone what the other has changed", () => {
  const draft = new Draft("main", { version: "v1", document: BASE }, "ada");
  draft.type("hours.opens", "09:00");
  draft.rest();
  draft.type("hours.opens", "09:30");
  draft.undo();
  draft.rebase({ version: "v2", document: but((theirs) => (theirs.hours.closes = "18:30")) });
  deepEqual(draft.document.hours, { opens: "09:00", closes: "18:30" });
  draft.redo();
  deepEqual(draft.document.hours, { opens: "09:30", closes: "18:30" });
  draft.undo();
  draft.undo();
  deepEqual(draft.document.hours, { opens: "08:30", closes: "18:30" });
  deepEqual([draft.changed, draft.canUndo], [false, false]);
});

test("a draft waits for whom it belongs to and for nobody else", () => {
  const inForce = { version: "v1", document: BASE };
  new Draft("main", inForce, "ada").type("hours.opens", "09:00");
  equal(new Draft("main", inForce, "bob").resume(), "nothing");
  equal(new Draft("other", inForce, "ada").resume(), "nothing");
  const hers = new Draft("main", inForce, "ada");
  deepEqual([hers.resume(), hers.document.hours.opens], ["kept", "09:00"]);
});

test("what is kept and is no draft is dropped for good", () => {
  localStorage.setItem("callboard.set_up.main.ada", JSON.stringify({ version: "v0", base: {}, document: { queues: 5 } }));
  const draft = new Draft("main", { version: "v1", document: BASE }, "ada");
  deepEqual([draft.resume(), draft.changed, draft.resume()], ["dropped", false, "nothing"]);
});

test("of a list of words each keeps what they added and what they took away", () => {
  const mine = ["a", "c", "mine"];
  deepEqual(merge(["a", "b", "c"], ["b", "c", "theirs"], mine), ["c", "theirs", "mine"]);
});

test("card rules are told apart by what they match, and a narrower one stays before the wider", () => {
  const theirs = [...BASE.cards, { match: "35", segment: "vip" }];
  const mine = [{ match: "622", segment: "vip" }, { match: "62", segment: "ordinary", level: 2 }];
  deepEqual(merge(BASE.cards, theirs, mine).map((rule) => rule.match), ["622", "62", "35"]);
  equal(merge(BASE.cards, theirs, mine)[1].level, 2);
  const blank = { match: "", segment: "vip" };
  equal(merge(BASE.cards, theirs, [...BASE.cards, blank, blank]).length, 4);
});

test("two things that were added under one name both stay, and what names mine follows it", () => {
  const theirs = but((document) => {
    document.queues.push({ id: "queue", prefix: "L" });
    document.services.push({ id: "service", queue: "queue" });
    document.counters.push({ number: 2, serves: ["queue"] });
  });
  const mine = but((document) => {
    document.queues.push({ id: "queue", prefix: "F" });
    document.services.push({ id: "service", queue: "queue" });
    document.counters.push({ number: 2, serves: ["cash", "queue"] });
  });
  const both = merge(BASE, theirs, givingWay(BASE, theirs, mine));
  deepEqual(both.queues.map((one) => [one.id, one.prefix]), [["cash", "A"], ["queue", "L"], ["queue_2", "F"]]);
  deepEqual(both.services.slice(1), [{ id: "service", queue: "queue" }, { id: "service_2", queue: "queue_2" }]);
  deepEqual(both.counters.slice(1), [{ number: 2, serves: ["queue"] }, { number: 3, serves: ["cash", "queue_2"] }]);
  deepEqual(merge(BASE, theirs, givingWay(BASE, theirs, structuredClone(theirs))), theirs);
});
