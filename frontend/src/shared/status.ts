// The icon and the color of each status: of orders, their parts, returns, and the series of the activity chart.
import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

interface Appearance {
  type: StatusIndicatorProps.Type;
  /** Replaces the color of the type. Blue is the turn of the system or of the customer's bank, yellow is an operator's turn. */
  colorOverride?: StatusIndicatorProps.Color;
}

const APPEARANCES: Readonly<Partial<Record<string, Appearance>>> = {
  PLACED: { type: "in-progress", colorOverride: "blue" },
  AWAITING_PAYMENT: { type: "pending", colorOverride: "blue" },
  IN_REVIEW: { type: "pending", colorOverride: "yellow" },
  NEEDS_ATTENTION: { type: "warning" },
  CONFIRMED: { type: "success" },
  CANCELLED: { type: "stopped" },
  REJECTED: { type: "error" },
  RESERVED: { type: "success" },
  RELEASED: { type: "stopped" },
  ACTION_REQUIRED: { type: "pending", colorOverride: "blue" },
  AUTHORIZED: { type: "success" },
  CAPTURED: { type: "success" },
  DECLINED: { type: "error" },
  VOIDED: { type: "stopped" },
  BOOKED: { type: "pending", colorOverride: "blue" },
  DISPATCHED: { type: "in-progress", colorOverride: "blue" },
  DELIVERED: { type: "success" },
  LOST: { type: "error" },
  REFUSED: { type: "error" },
  /** A part that has not started. */
  PENDING: { type: "pending" },
  REQUESTED: { type: "pending", colorOverride: "yellow" },
  ACCEPTED: { type: "in-progress", colorOverride: "blue" },
  COMPLETED: { type: "success" },
};

/**
 * The colors of the chart, from the bottom of a column to its top. They have the hue of the status's indicator. Two
 * statuses of one hue differ in lightness, and a status of another color separates them.
 */
export const CHART_COLORS = {
  CONFIRMED: "#2ea043",
  PLACED: "#2f6fed",
  IN_REVIEW: "#c78a00",
  AWAITING_PAYMENT: "#8fb4ff",
  NEEDS_ATTENTION: "#f2cd54",
  CANCELLED: "#8d99a8",
  REJECTED: "#d13212",
} as const;

/** The properties of Cloudscape's StatusIndicator. An unknown status is shown as in progress. */
export const statusAppearance = (status: string): Appearance => APPEARANCES[status] ?? { type: "in-progress" };
