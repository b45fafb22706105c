import { beforeEach, expect, it } from "vitest";
import { SAMPLE_ADDRESS } from "./address";
import { type CheckoutDraft, readDraft, removeDraft, saveDraft } from "./checkout-draft";

const DRAFT: CheckoutDraft = { address: { ...SAMPLE_ADDRESS, name: "Ada Lovelace" }, faults: { authorize: { effect: "refuse" } } };
const SAMPLE: CheckoutDraft = { address: SAMPLE_ADDRESS };

const stored = new Map<string, string>();
const storage = {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => void stored.set(key, value),
  removeItem: (key: string) => void stored.delete(key),
} as Storage;

beforeEach(() => stored.clear());

it("keeps name and faults for the same customer, and shows them to no other one", () => {
  saveDraft("ada", DRAFT, storage);

  expect(readDraft("ada", SAMPLE, storage)).toEqual(DRAFT);
  expect(readDraft("bob", SAMPLE, storage)).toEqual(SAMPLE);
});

it("starts with the sample address, also after the draft was removed", () => {
  expect(readDraft("ada", SAMPLE, storage)).toEqual(SAMPLE);
  saveDraft("ada", DRAFT, storage);
  removeDraft(storage);
  expect(readDraft("ada", SAMPLE, storage)).toEqual(SAMPLE);
});

it.each(["", "not JSON", '{"customerId":"ada"}'])("ignores the invalid draft %j", (text) => {
  stored.set("checkout-draft", text);
  expect(readDraft("ada", SAMPLE, storage)).toEqual(SAMPLE);
});
