import { Fault } from "../api/fault";
import type { StockAdjustment } from "./console-api";

/** An adjustment of stock as a person types it. */
export interface AdjustmentText {
  change: string;
  reason: string;
}

export const NO_ADJUSTMENT: AdjustmentText = { change: "", reason: "" };

/** The adjustment that was typed, or what is wrong with it, member by member. */
export function adjustmentOf(
  text: AdjustmentText,
): { adjustment: StockAdjustment } | { faults: Partial<Record<keyof AdjustmentText, string>> } {
  const faults: Partial<Record<keyof AdjustmentText, string>> = {};
  const change = /^[+-]?\d{1,9}$/.test(text.change.trim()) ? Number(text.change) : 0;
  const reason = text.reason.trim();
  if (change === 0) faults.change = "A whole number, such as 12 or -2.";
  if (!reason) faults.reason = "Say where it comes from, or what became of it.";
  if (reason.length > 200) faults.reason = "Up to 200 characters.";
  return Object.keys(faults).length > 0 ? { faults } : { adjustment: { change, reason } };
}

/**
 * Whether the API has said what became of an adjustment. Until then the next request must carry the same key, also
 * with other numbers: if the first request was carried out after all, the API refuses another under its key.
 */
export const isOutcomeKnown = (error: unknown): boolean => error instanceof Fault && !error.mayPass;
