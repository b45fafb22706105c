import { ApiError, isProblem } from "../api/api-error";
import { messages } from "../messages";
import type { StockAdjustment } from "./console-api";
import { consoleMessages } from "./console-messages";

/** A stock adjustment as an operator types it. */
export interface AdjustmentText {
  change: string;
  reason: string;
}

export const EMPTY_ADJUSTMENT: AdjustmentText = { change: "", reason: "" };

const MAX_REASON_CHARACTERS = 200;

/** Converts the typed texts to an adjustment, or returns the error message of each invalid field. */
export function parseAdjustment(
  text: AdjustmentText,
): { adjustment: StockAdjustment } | { errors: Partial<Record<keyof AdjustmentText, string>> } {
  const errors: Partial<Record<keyof AdjustmentText, string>> = {};
  const change = /^[+-]?\d{1,9}$/.test(text.change.trim()) ? Number(text.change) : 0;
  const reason = text.reason.trim();
  if (change === 0) errors.change = consoleMessages.stock.quantityInvalid;
  if (!reason) errors.reason = consoleMessages.stock.reasonMissing;
  if (reason.length > MAX_REASON_CHARACTERS) errors.reason = messages.textField.tooLong(MAX_REASON_CHARACTERS);
  return Object.keys(errors).length > 0 ? { errors } : { adjustment: { change, reason } };
}

/**
 * Whether the error response says that the API has not adjusted the stock. Otherwise the next request must have the same
 * idempotency key, even with another quantity. If the API has processed the first request, it then rejects the second.
 */
export const isOutcomeKnown = (error: unknown): boolean => error instanceof ApiError && !error.isTransient;

/** Replaces the error of a changed adjustment, because its message is for programs: it names the idempotency key. */
export const adjustmentError = (error: Error): Error =>
  isProblem(error, "idempotency-key-reused") ? new Error(consoleMessages.stock.alreadyAdjusted) : error;
