import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import NotFoundPage from "../frame/not-found-page";
import { breakItMessages as texts } from "../sandbox/break-it-messages";
import { FaultFields } from "../sandbox/break-it-panel";
import { type FaultPlan, type Part, PARTS } from "../sandbox/fault-plan";
import { faultsQuery, planFaults, useSandboxProviders } from "../sandbox/sandbox-api";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { consoleMessages } from "./console-messages";
import { findOrderId } from "./order-search";

const PARTS_OF_PROVIDERS = PARTS.filter((part): part is Exclude<Part, "stock"> => part !== "stock");

/** Breaks an existing order in the sandbox. The address of the page names the order, so that a link can lead here. */
export default function BreakItPage() {
  const [parameters, setParameters] = useSearchParams();
  const orderId = parameters.get("order") ?? "";
  const [text, setText] = useState(orderId);
  const found = findOrderId(text);
  const { onSubmit, errors } = useValidatedForm(found ? {} : { text: texts.orderIdMissing }, () => {
    if (found) setParameters({ order: found });
  });
  if (useSandboxProviders() === false) return <NotFoundPage />;
  return (
    <>
      <PageTitle description={texts.pageDescription}>{consoleMessages.operations.breakIt}</PageTitle>
      <SpaceBetween size="l">
        <FormPanel onSubmit={onSubmit} submit={<Button formAction="submit">{texts.load}</Button>}>
          <FormField label={texts.orderId} constraintText={texts.orderIdHint} errorText={errors.text}>
            <Input value={text} autoComplete={false} onChange={({ detail }) => setText(detail.value)} />
          </FormField>
        </FormPanel>
        {orderId && <PlanOfOrder key={orderId} orderId={orderId} />}
      </SpaceBetween>
    </>
  );
}

function PlanOfOrder({ orderId }: { orderId: string }) {
  const faults = useQuery(faultsQuery(orderId));
  return (
    <QueryResult query={faults} loading={<Loading lines={8} label={texts.loading} />} notFound={<p role="alert">{texts.notFound}</p>}>
      {(data) => <PlanForm orderId={orderId} planned={data} />}
    </QueryResult>
  );
}

function PlanForm({ orderId, planned }: { orderId: string; planned: FaultPlan }) {
  const [changed, setChanged] = useState<FaultPlan>();
  const plan = changed ?? planned;
  const queryClient = useQueryClient();
  const saving = useSingleMutation({
    mutationFn: (faults: FaultPlan) => planFaults(orderId, faults),
    onSuccess: () => queryClient.invalidateQueries(faultsQuery(orderId)),
  });
  const change = (faults: FaultPlan) => {
    saving.reset();
    setChanged(faults);
  };
  return (
    <section className="sandbox break-it" aria-labelledby="break-it-order">
      <div className="stripes" />
      <h2 id="break-it-order">{texts.orderId} {orderId}</h2>
      <FaultFields parts={PARTS_OF_PROVIDERS} plan={plan} onChange={change} />
      {saving.error && <ErrorNotice error={saving.error} />}
      <div className="buttons">
        <button type="button" disabled={saving.isPending} onClick={() => saving.mutate(plan)}>
          {saving.isPending ? texts.saving : texts.save}
        </button>
        <button type="button" disabled={Object.keys(plan).length === 0} onClick={() => change({})}>
          {texts.reset}
        </button>
        <Link to={`/orders/${orderId}`}>{texts.goToOrder}</Link>
      </div>
      <p role="status">{saving.isSuccess && texts.saved}</p>
    </section>
  );
}
