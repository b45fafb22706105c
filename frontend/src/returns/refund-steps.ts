// The steps of the saga that refunds a return, from its definition and the event catalogue. They have no compensations.

import refundReturn from "../../../statemachines/refund_return.asl.json";
import { EVENTS, forwardSteps, RETURN_ATTENTION } from "../orders/saga-steps";

export const RESTOCK = "RestockItems";

export const REFUND_STEPS = forwardSteps(refundReturn, EVENTS, { name: "refund_return", target: "CompleteReturn", end: RETURN_ATTENTION });
