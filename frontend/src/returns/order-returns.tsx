import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Order, OrderEvent } from "../orders/orders-api";
import { RefundDiagram } from "./refund-diagram";
import { refundProgress } from "./refund-progress";
import { ReturnList } from "./return-list";
import { refundMessages, returnMessages } from "./return-messages";

/** The returns of the order, and the saga of each one that is accepted. */
export default function OrderReturns({ order, events }: { order: Order; events: readonly OrderEvent[] }) {
  const newest = events.at(-1);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{returnMessages.title}</Header>}>
        <ReturnList order={order} />
      </Container>
      {order.returns.map(({ return_id }, index) => {
        const progress = refundProgress(events, return_id);
        return (
          progress && (
            <Container key={return_id} header={<Header variant="h2">{refundMessages.title(index + 1)}</Header>}>
              <RefundDiagram progress={progress} newest={newest?.data["return_id"] === return_id ? newest.type : undefined} />
            </Container>
          )
        );
      })}
    </SpaceBetween>
  );
}
