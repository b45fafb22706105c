import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Tabs, { type TabsProps } from "@cloudscape-design/components/tabs";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useLocation, useNavigate } from "react-router";
import { configQuery } from "../config";
import { messages } from "../messages";
import { Loading } from "../shared/loading";
import { loadModule } from "../shared/load-module";
import type { Order } from "./orders-api";
import { RawOrder } from "./raw-order";
import { ReplayControls } from "./replay-controls";
import { attemptsBefore } from "./saga-attempts";
import { SagaDiagram } from "./saga-diagram";
import { sagaProgress } from "./saga-progress";
import { Timeline } from "./timeline";
import { useAttempts } from "./use-attempts";
import type { ReplayedEvents } from "./use-replay";

/** The tab's id. */
export const UNDER_THE_HOOD = "under-the-hood";
const UnderTheHood = lazy(() => loadModule(() => import("../under-the-hood/under-the-hood")));

interface OrderTabsProps {
  /** The order at the moment of the replay. */
  order: Order;
  replayed: ReplayedEvents;
}

/** The replay of the order, seen in several ways. A link can name the tab: `/orders/…#events`. */
export function OrderTabs({ order, replayed }: OrderTabsProps) {
  const thresholds = useQuery(configQuery).data?.review_thresholds;
  const { events, shown, next } = replayed;
  const attempts = useAttempts(order.order_id, events, thresholds);
  const newest = shown.at(-1);
  const progress = sagaProgress(shown, thresholds, attemptsBefore(attempts, next));
  const underTheHood = (
    <Suspense fallback={<Loading lines={12} label={messages.order.loadingPicture} />}>
      <UnderTheHood orderId={order.order_id} events={events} shown={shown} speed={replayed.replay.speed} />
    </Suspense>
  );
  const tabs = [
    { id: "saga", label: messages.order.tabs.saga, content: <SagaDiagram progress={progress} placedAt={order.placed_at} newest={newest?.type} movedAt={replayed.replay.movedAt} /> },
    { id: UNDER_THE_HOOD, label: messages.order.tabs.underTheHood, content: underTheHood },
    { id: "events", label: messages.order.tabs.events, content: <Timeline events={shown} placedAt={order.placed_at} /> },
    { id: "raw", label: messages.order.tabs.raw, content: <RawOrder order={order} events={shown} asOf={next && newest ? newest.time : null} /> },
  ];
  return (
    <Container header={<Header variant="h2">{messages.order.fulfilment}</Header>}>
      <ReplayControls {...replayed} />
      <Tabs {...useTabInUrl(tabs)} ariaLabel={messages.order.fulfilment} i18nStrings={messages.order.scrollTabs} />
    </Container>
  );
}

/** Selects the tab that the fragment of the URL names, or else the first one. */
function useTabInUrl(tabs: TabsProps.Tab[]): Pick<TabsProps, "tabs" | "activeTabId" | "onChange"> {
  const location = useLocation();
  const navigate = useNavigate();
  const selected = tabs.find(({ id }) => `#${id}` === location.hash) ?? tabs[0];
  return {
    tabs: tabs.map((tab) => ({ ...tab, href: `${location.pathname}#${tab.id}` })),
    activeTabId: selected?.id,
    onChange: ({ detail }) => void navigate(`#${detail.activeTabId}`, { replace: true, state: location.state as unknown, preventScrollReset: true }),
  };
}
