import { ApiError } from "../api/api-error";
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
): { adjustment: StockAdjustment } | { errors: Partial<Record<keyof AdjustmentText, string>> } {
  const errors: Partial<Record<keyof AdjustmentText, string>> = {};
  const change = /^[+-]?\d{1,9}$/.test(text.change.trim()) ? Number(text.change) : 0;
  const reason = text.reason.trim();
  if (change === 0) errors.change = "A whole number, such as 12 or -2.";
  if (!reason) errors.reason = "Say where it comes from, or what became of it.";
  if (reason.length > 200) errors.reason = "Up to 200 characters.";
  return Object.keys(errors).length > 0 ? { errors } : { adjustment: { change, reason } };
}

/**
 * Whether the API has said what became of an adjustment. Until then the next request must carry the same key, also
 * with other numbers: if the first request was carried out after all, the API refuses another under its key.
 */
export const isOutcomeKnown = (error: unknown): boolean => error instanceof ApiError && !error.isTransient;
