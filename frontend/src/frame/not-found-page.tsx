import { Link } from "react-router";
import { EmptyNotice } from "../shared/empty-notice";
import { PageTitle } from "../shared/page-title";

export default function NotFoundPage() {
  return (
    <>
      <PageTitle>Nothing is here</PageTitle>
      <EmptyNotice title="There is no such page.">
        The address may be mistyped. <Link to="/">Go to the shop</Link>.
      </EmptyNotice>
    </>
  );
}
