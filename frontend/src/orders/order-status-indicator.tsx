import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { statusAppearance } from "../shared/status";
import { statusLabel } from "./order-status";

/** The status of an order: a label with an icon. */
export const OrderStatusIndicator = ({ status }: { status: string }) => (
  <StatusIndicator {...statusAppearance(status)} wrapText={false}>
    {statusLabel(status)}
  </StatusIndicator>
);
