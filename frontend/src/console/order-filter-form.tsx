import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useId, useState } from "react";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { findCustomers } from "./console-api";
import { consoleMessages } from "./console-messages";
import { hasFilters, NO_FILTERS, type OrderFilters, parseSearchText } from "./order-search";

interface OrderFilterFormProps {
  filters: OrderFilters;
  onChange: (filters: OrderFilters) => void;
}

/** The filters of the orders. Status and dates apply at once, the search text when it is submitted. */
export function OrderFilterForm({ filters, onChange }: OrderFilterFormProps) {
  const [text, setText] = useAppliedText(filters.order.length === 8 ? filters.order.toUpperCase() : filters.order);
  const parsed = parseSearchText(text);
  // The address is sent in the body of a request. In the URL of the page, the browser and CloudFront would store it.
  const finding = useSingleMutation({
    mutationFn: findCustomers,
    onSuccess: ([customer]) => {
      if (customer) onChange({ ...filters, order: "", customer });
    },
  });
  /** Also removes the error of an earlier search. */
  const change = (changed: OrderFilters) => {
    finding.reset();
    onChange(changed);
  };
  const { onSubmit, errors } = useValidatedForm("error" in parsed ? { text: parsed.error } : {}, () => {
    if ("email" in parsed) finding.mutate(parsed.email);
    else if ("order" in parsed) change({ ...filters, order: parsed.order, customer: "" });
  });
  const clear = () => {
    setText("");
    change(NO_FILTERS);
  };
  const isUnknown = finding.data?.length === 0 && "email" in parsed && parsed.email === finding.variables;
  return (
    <Container>
      <form onSubmit={onSubmit} noValidate role="search" aria-label={consoleMessages.operationsOrders.filters}>
        <SpaceBetween size="s">
          <div className="filters search">
            <FormField
              stretch
              label={consoleMessages.operationsOrders.search}
              errorText={errors.text ?? (isUnknown ? consoleMessages.operationsOrders.customerUnknown : undefined)}
            >
              <Input value={text} autoComplete={false} onChange={({ detail }) => setText(detail.value)} />
            </FormField>
            <Button formAction="submit" variant="primary" loading={finding.isPending}>
              {consoleMessages.operationsOrders.submit}
            </Button>
          </div>
          <div className="filters">
            <StatusFilter status={filters.status} onChange={(status) => onChange({ ...filters, status })} />
            <DateFilter label={consoleMessages.operationsOrders.from} date={filters.from} onChange={(from) => onChange({ ...filters, from })} />
            <DateFilter label={consoleMessages.operationsOrders.to} date={filters.to} onChange={(to) => onChange({ ...filters, to })} />
            <Button formAction="none" disabled={!hasFilters(filters) && text === ""} onClick={clear}>
              {consoleMessages.operationsOrders.clear}
            </Button>
          </div>
          {finding.error && <ErrorNotice error={finding.error} />}
        </SpaceBetween>
      </form>
    </Container>
  );
}

/** The text of a field. It follows the filter in the URL, for example after the back button of the browser. */
function useAppliedText(applied: string) {
  const [previous, setPrevious] = useState(applied);
  const [text, setText] = useState(applied);
  if (applied !== previous) {
    setPrevious(applied);
    setText(applied);
  }
  return [text, setText] as const;
}

interface StatusFilterProps {
  status: string;
  onChange: (status: string) => void;
}

function StatusFilter({ status, onChange }: StatusFilterProps) {
  const id = useId();
  return (
    <FormField label={consoleMessages.operationsOrders.status} controlId={id}>
      <select id={id} value={status} onChange={({ target }) => onChange(target.value)}>
        <option value="">{consoleMessages.operationsOrders.anyStatus}</option>
        {Object.entries(messages.order.statuses).map(([value, { label }]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </FormField>
  );
}

interface DateFilterProps {
  label: string;
  date: string;
  onChange: (date: string) => void;
}

/** A date that applies as soon as it is complete or empty. */
function DateFilter({ label, date, onChange }: DateFilterProps) {
  const id = useId();
  const [text, setText] = useAppliedText(date);
  const change = (value: string) => {
    setText(value);
    // While a year is typed, it starts with zeros.
    if (!value.startsWith("0")) onChange(value);
  };
  return (
    <FormField label={label} controlId={id}>
      <input id={id} type="date" value={text} onChange={({ target }) => change(target.value)} />
    </FormField>
  );
}
