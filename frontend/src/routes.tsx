import { lazy } from "react";
import { Route, Routes } from "react-router";
import NotFoundPage from "./frame/not-found-page";
import { PageContent } from "./frame/page-content";
import { PageFrame } from "./frame/page-frame";
import { useFocusOnNavigation } from "./frame/use-focus-on-navigation";
import { OperatorsOnly, SignedInOnly } from "./session/protected-routes";
import { loadModule } from "./shared/load-module";
import ProductsPage from "./shop/products-page";

// The shop is part of the first download. Every other page is loaded on its first visit.
const BasketPage = lazy(() => loadModule(() => import("./shop/basket-page")));
const CheckoutPage = lazy(() => loadModule(() => import("./shop/checkout-page")));
const OrdersPage = lazy(() => loadModule(() => import("./orders/orders-page")));
const OrderPage = lazy(() => loadModule(() => import("./orders/order-page")));
const BankPage = lazy(() => loadModule(() => import("./sandbox/bank-page")));
const SignInPage = lazy(() => loadModule(() => import("./session/sign-in-page")));
const SignUpPage = lazy(() => loadModule(() => import("./session/sign-up-page")));
const ConsoleRoutes = lazy(() => loadModule(() => import("./console/console-routes")));

export function AllRoutes() {
  useFocusOnNavigation();
  return (
    <Routes>
      <Route element={<PageFrame />}>
        <Route index element={<ProductsPage />} />
        <Route path="basket" element={<BasketPage />} />
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="sign-up" element={<SignUpPage />} />
        <Route element={<SignedInOnly />}>
          <Route path="checkout" element={<CheckoutPage />} />
          <Route path="orders" element={<OrdersPage />} />
          <Route path="orders/:orderId" element={<OrderPage />} />
          <Route element={<OperatorsOnly />}>
            <Route path="operations/*" element={<ConsoleRoutes />} />
          </Route>
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Route>
      <Route element={<PageContent />}>
        <Route element={<SignedInOnly />}>
          <Route path="sandbox/bank/:orderId" element={<BankPage />} />
        </Route>
      </Route>
    </Routes>
  );
}
