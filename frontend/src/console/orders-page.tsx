import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { OrderStatusIndicator } from "../orders/order-status-indicator";
import { EmptyState } from "../shared/empty-state";
import { formatMoney, formatTime, shortOrderNumber } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { type CustomersOrder, searchOrdersQuery } from "./console-api";
import { consoleMessages } from "./console-messages";
import { CustomerId } from "./customer-id";
import { DataTable } from "./data-table";
import { OrderFilterForm } from "./order-filter-form";
import { hasFilters, NO_FILTERS, type OrderFilters, readFilters, toQuery, writeFilters } from "./order-search";

/** The orders of all customers. The filters are in the URL. */
export default function OrdersPage() {
  const [parameters, setParameters] = useSearchParams();
  const filters = readFilters(parameters);
  const setFilters = (next: OrderFilters) => setParameters(writeFilters(next));
  // The key starts the search at its first page after each change of a filter.
  const key = parameters.toString();
  return (
    <>
      <PageTitle description={consoleMessages.operationsOrders.description}>{consoleMessages.operationsOrders.title}</PageTitle>
      <SpaceBetween size="l">
        <OrderFilterForm filters={filters} onChange={setFilters} />
        {filters.customer && <CustomerPanel customerId={filters.customer} showAll={() => setFilters({ ...filters, customer: "" })} />}
        <FoundOrders key={key} filters={filters} clear={() => setFilters(NO_FILTERS)} />
      </SpaceBetween>
    </>
  );
}

/** The customer whose orders are shown. */
function CustomerPanel({ customerId, showAll }: { customerId: string; showAll: () => void }) {
  return (
    <Container>
      <div className="actions">
        <CustomerId customerId={customerId} />
        <SpaceBetween direction="horizontal" size="m" alignItems="center">
          <Link to={`/operations/customers?customer=${encodeURIComponent(customerId)}`}>{consoleMessages.operationsOrders.erase}</Link>
          <Button onClick={showAll}>{consoleMessages.operationsOrders.allCustomers}</Button>
        </SpaceBetween>
      </div>
    </Container>
  );
}

function FoundOrders({ filters, clear }: { filters: OrderFilters; clear: () => void }) {
  // The token of each page that is known so far. The first page has none.
  const [tokens, setTokens] = useState<readonly (string | undefined)[]>([undefined]);
  const [page, setPage] = useState(1);
  const found = useQuery(searchOrdersQuery(toQuery(filters), tokens[page - 1]));
  const next = found.isPlaceholderData ? undefined : found.data?.next_token;
  const open = (index: number) => {
    if (index > tokens.length) setTokens([...tokens, next]);
    setPage(index);
  };
  return (
    <QueryResult query={found} loading={<Loading lines={12} label={consoleMessages.operationsOrders.loading} />}>
      {({ orders }) => (
        <OrderTable
          orders={orders}
          pagination={(page > 1 || next) && <PageButtons page={page} isLast={!next} isLoading={found.isPlaceholderData} open={open} />}
          empty={<NoOrders filters={filters} clear={clear} searchOn={next ? () => open(page + 1) : undefined} />}
        />
      )}
    </QueryResult>
  );
}

interface PageButtonsProps {
  page: number;
  isLast: boolean;
  isLoading: boolean;
  open: (page: number) => void;
}

function PageButtons({ page, isLast, isLoading, open }: PageButtonsProps) {
  const texts = consoleMessages.operationsOrders;
  return (
    <SpaceBetween direction="horizontal" size="xxs" alignItems="center">
      <Button variant="icon" iconName="angle-left" ariaLabel={texts.previousPage} disabled={isLoading || page === 1} onClick={() => open(page - 1)} />
      <span aria-live="polite">{texts.page(page)}</span>
      <Button variant="icon" iconName="angle-right" ariaLabel={texts.nextPage} disabled={isLoading || isLast} onClick={() => open(page + 1)} />
    </SpaceBetween>
  );
}

interface NoOrdersProps {
  filters: OrderFilters;
  clear: () => void;
  /** Continues the search, if it is not complete. */
  searchOn: (() => void) | undefined;
}

function NoOrders({ filters, clear, searchOn }: NoOrdersProps) {
  if (searchOn)
    return (
      <EmptyState title={consoleMessages.operationsOrders.noneYetTitle}>
        {consoleMessages.operationsOrders.noneYet} <Button onClick={searchOn}>{consoleMessages.operationsOrders.searchOn}</Button>
      </EmptyState>
    );
  if (!hasFilters(filters)) return <EmptyState title={consoleMessages.operationsOrders.emptyTitle}>{consoleMessages.operationsOrders.empty}</EmptyState>;
  return (
    <EmptyState title={consoleMessages.operationsOrders.noneTitle}>
      {consoleMessages.operationsOrders.none} <Button onClick={clear}>{consoleMessages.operationsOrders.clear}</Button>
    </EmptyState>
  );
}

const { columns } = consoleMessages.operationsOrders;

function OrderTable({ orders, pagination, empty }: { orders: CustomersOrder[]; pagination: ReactNode; empty: ReactNode }) {
  return (
    <DataTable
      title={consoleMessages.operationsOrders.list}
      actions={pagination}
      items={orders}
      keyOf={({ order_id }) => order_id}
      empty={empty}
      columns={[
        { header: columns.number, cell: ({ order_id }) => <OrderNumber orderId={order_id} /> },
        { header: columns.status, cell: ({ status }) => <OrderStatusIndicator status={status} /> },
        { header: columns.customer, cell: ({ customer_id }) => <Customer customerId={customer_id} /> },
        { header: columns.total, isNumeric: true, cell: ({ total, currency }) => formatMoney(total, currency) },
        { header: columns.placed, cell: ({ placed_at }) => <Time time={placed_at} /> },
        { header: columns.updated, cell: ({ updated_at }) => <Time time={updated_at} /> },
      ]}
    />
  );
}

const OrderNumber = ({ orderId }: { orderId: string }) => (
  <Link to={`/orders/${orderId}`} title={orderId}>
    {shortOrderNumber(orderId)}
  </Link>
);

/** The customer's short id, which shows only the orders of this customer, and a button that copies the whole id. */
function Customer({ customerId }: { customerId: string }) {
  return (
    <>
      <Link to={`?customer=${encodeURIComponent(customerId)}`} aria-label={consoleMessages.operationsOrders.ordersOf(customerId.slice(0, 8))}>
        {customerId.slice(0, 8)}
      </Link>{" "}
      <CopyToClipboard
        variant="icon"
        textToCopy={customerId}
        copyButtonAriaLabel={consoleMessages.customer.copyOf(customerId.slice(0, 8))}
        copySuccessText={consoleMessages.customer.copied}
        copyErrorText={consoleMessages.customer.copyFailed}
        popoverRenderWithPortal
      />
    </>
  );
}

const Time = ({ time }: { time: string }) => (
  <Box variant="small">
    <time dateTime={time}>{formatTime(time)}</time>
  </Box>
);
