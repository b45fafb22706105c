import { Link } from "react-router";
import { messages } from "../messages";
import { EmptyState } from "../shared/empty-state";
import { PageTitle } from "../shared/page-title";

export default function NotFoundPage() {
  return (
    <>
      <PageTitle>{messages.notFound.title}</PageTitle>
      <EmptyState title={messages.notFound.emptyTitle}>
        {messages.notFound.description} <Link to="/">{messages.common.goToShop}</Link>
      </EmptyState>
    </>
  );
}
