import Alert from "@cloudscape-design/components/alert";
import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import type { Order } from "../orders/orders-api";
import { focusOnMount } from "../shared/focus-on-mount";
import { loadModule } from "../shared/load-module";
import { Loading } from "../shared/loading";
import { returnMessages } from "./return-messages";
import type { RequestedReturn } from "./return-items-form";
import { isUndecidedReturn, returnableLines } from "./returnable";
import { useOrderWithReturn } from "./returns-api";

const ReturnItemsForm = lazy(() => loadModule(() => import("./return-items-form")));

interface ReturnItems {
  /** The order with the return that was just requested. The views may not contain it yet. */
  order: Order;
  /** Opens the form; false if nothing can be returned. */
  button: ReactNode;
  /** The form while it is open, and then what became of the request, until an operator decides about it. */
  form: ReactNode;
}

/** Lets a customer return items on the page of their order. */
export function useReturnItems(fetched: Order): ReturnItems {
  const [isReturning, setReturning] = useState(false);
  const [requested, setRequested] = useState<RequestedReturn>();
  const button = useRef<ButtonProps.Ref>(null);
  const order = useOrderWithReturn(fetched, requested?.created);
  const isReturnable = returnableLines(order).length > 0;
  const isFormOpen = isReturning && isReturnable;
  const closeForm = (result?: RequestedReturn) => {
    setReturning(false);
    if (result) setRequested(result);
    button.current?.focus();
  };
  return {
    order,
    button: isReturnable && (
      <Button ref={button} ariaExpanded={isFormOpen} onClick={() => setReturning(true)}>
        {returnMessages.open}
      </Button>
    ),
    form: isFormOpen ? (
      <Suspense fallback={<Loading lines={6} label={returnMessages.loadingForm} />}>
        <ReturnItemsForm order={order} close={closeForm} />
      </Suspense>
    ) : (
      requested && isUndecidedReturn(order, requested.created.return_id) && <RequestedReturnNotice isEarlier={requested.isEarlier} hasFocus={!isReturnable} />
    ),
  };
}

/** Takes the focus if the button that had it is gone, because the customer has returned everything. */
function RequestedReturnNotice({ isEarlier, hasFocus }: { isEarlier: boolean; hasFocus: boolean }) {
  return (
    <div role="status" tabIndex={-1} ref={hasFocus ? focusOnMount : undefined}>
      {isEarlier ? (
        <Alert type="warning" header={returnMessages.earlierTitle}>
          {returnMessages.earlier}
        </Alert>
      ) : (
        <Alert type="success">{returnMessages.received}</Alert>
      )}
    </div>
  );
}
