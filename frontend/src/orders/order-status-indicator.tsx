import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { indicatorType, statusLabel } from "./order-status";

/** The status of an order: a label with an icon. */
export const OrderStatusIndicator = ({ status }: { status: string }) => (
  <StatusIndicator type={indicatorType(status)}>{statusLabel(status)}</StatusIndicator>
);
