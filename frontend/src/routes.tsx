import { lazy } from "react";
import { Route, Routes } from "react-router";
import NotFoundPage from "./frame/not-found-page";
import { PageFrame } from "./frame/page-frame";
import { OperatorsOnly, SignedInOnly } from "./session/protected-routes";
import ProductsPage from "./shop/products-page";

// The shop's first page comes at once; every other one when somebody goes there.
const BasketPage = lazy(() => import("./shop/basket-page"));
const CheckoutPage = lazy(() => import("./shop/checkout-page"));
const OrdersPage = lazy(() => import("./orders/orders-page"));
const OrderPage = lazy(() => import("./orders/order-page"));
const SignInPage = lazy(() => import("./session/sign-in-page"));
const SignUpPage = lazy(() => import("./session/sign-up-page"));
const ConsoleRoutes = lazy(() => import("./console/console-routes"));

export function AllRoutes() {
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
    </Routes>
  );
}
