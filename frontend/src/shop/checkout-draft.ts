import type { FaultPlan } from "../sandbox/fault-plan";
import type { Address } from "./address";

/** What the customer has entered at checkout. */
export interface CheckoutDraft {
  address: Address;
  /** What the sandbox breaks. Absent until the customer chooses something. */
  faults?: FaultPlan;
}

const KEY = "checkout-draft";

/**
 * Reads the draft of this tab. It is kept after a reload, and after an expired session if the same customer signs in.
 *
 * @param initial - The draft of a customer who has entered nothing.
 */
export function readDraft(customerId: string | undefined, initial: CheckoutDraft, storage: Storage = sessionStorage): CheckoutDraft {
  try {
    const stored = JSON.parse(storage.getItem(KEY) ?? "{}") as Partial<CheckoutDraft & { customerId: string }>;
    if (stored.customerId !== customerId) return initial;
    const draft = { address: { ...initial.address, ...stored.address } };
    return stored.faults ? { ...draft, faults: stored.faults } : draft;
  } catch {
    return initial;
  }
}

export const saveDraft = (customerId: string | undefined, draft: CheckoutDraft, storage: Storage = sessionStorage): void =>
  storage.setItem(KEY, JSON.stringify({ customerId, ...draft }));

/** Removes the draft after the purchase or a sign-out, because it names a person. */
export const removeDraft = (storage: Storage = sessionStorage): void => storage.removeItem(KEY);
