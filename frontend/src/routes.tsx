import { lazy } from "react";
import { Route, Routes } from "react-router";
import NotFoundPage from "./frame/not_found_page";
import { PageFrame } from "./frame/page_frame";
import { OperatorsOnly, SignedInOnly } from "./session/signed_in_only";
import ProductsPage from "./shop/products_page";

// The shop's first page comes at once; every other one when somebody goes there.
const BasketPage = lazy(() => import("./shop/basket_page"));
const CheckoutPage = lazy(() => import("./shop/checkout_page"));
const OrdersPage = lazy(() => import("./orders/orders_page"));
const OrderPage = lazy(() => import("./orders/order_page"));
const SignInPage = lazy(() => import("./session/sign_in_page"));
const SignUpPage = lazy(() => import("./session/sign_up_page"));
const ConsoleRoutes = lazy(() => import("./console/console_routes"));

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
