// The page: which address shows what, the shop, the order form and the list of orders.
import { element, faultBox, openDialog, show } from "./dom.js";
import { showOrder } from "./order_page.js";
import { call, callAsCustomer, signedInAs, signIn, signOut } from "./session.js";
import { moment, money, PAYMENT_METHODS, statusInWords } from "./words.js";

const ADDRESS = { name: "Alice Example", line1: "1 Main Street", city: "Berlin", country: "DE" };
let leaving = new AbortController();

function route() {
  leaving.abort();
  leaving = new AbortController();
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  const [, place, orderId] = location.pathname.split("/");
  document.querySelectorAll("nav a").forEach((link) =>
    link.setAttribute("aria-current", link.pathname === (place === "orders" ? "/orders" : "/") ? "page" : "false"));
  document.title = `${place !== "orders" ? "Shop" : orderId ? "Order" : "My orders"} · Serverless Orders`;
  if (place !== "orders") showShop(leaving.signal);
  else if (orderId) showOrder(decodeURIComponent(orderId), leaving.signal);
  else showOrders(leaving.signal);
}

function go(path) {
  history.pushState(null, "", path);
  route();
  document.getElementById("view").focus();
}

async function showShop(signal) {
  const place = element("div", { "aria-busy": "true" }, element("p", { class: "hint" }, "Loading the products …"));
  show(element("h1", {}, "Shop"), place);
  try {
    const products = await allProducts(signal);
    place.replaceChildren(products.length
      ? element("ul", { class: "products" }, ...products.map(productCard))
      : element("p", { class: "empty" }, "There are no products yet. An operator adds them: PUT /products/{sku}."));
  } catch (fault) {
    if (!signal.aborted) place.replaceChildren(faultBox(fault, route));
  }
  place.removeAttribute("aria-busy");
}

async function allProducts(signal) {
  const products = [];
  let next = "";
  do {
    const page = await call(`products?limit=100${next && `&next_token=${encodeURIComponent(next)}`}`, { signal });
    products.push(...page.products);
    next = page.next_token ?? "";
  } while (next);
  return products;
}

function productCard(product) {
  const { available } = product;
  const stock = available < 1 ? "sold out" : available === 1 ? "the last one" : `${available} in stock`;
  return element("li", { class: "product" },
    element("h2", {}, product.name),
    element("p", { class: "hint" }, product.sku),
    element("p", { class: "price" }, money(product.unit_price, product.currency)),
    element("p", { class: available < 1 ? "stock none" : "stock" }, stock),
    element("button", { class: "primary", "aria-label": `Order ${product.name}`, onclick: () => openOrder(product) }, "Order"));
}

/** Open the order form. The key belongs to the attempt: sending the same order again makes no second one. */
function openOrder(product) {
  const dialog = document.getElementById("order");
  const form = dialog.querySelector("form");
  const button = form.querySelector(".primary");
  const attempt = { key: "", body: "" };
  form.reset();
  form.quantity.value = 1;
  form.postal_code.value = "10115";
  form.querySelector("h2").textContent = `Order ${product.name}`;
  form.oninput = () => {
    form.total.value = money(product.unit_price * form.quantity.valueAsNumber || 0, product.currency);
    form.querySelector("#payment-hint").textContent = PAYMENT_METHODS[form.payment_method.value];
  };
  form.oninput();
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    form.querySelector(".problem").textContent = "";
    const body = JSON.stringify({
      items: [{ sku: product.sku, quantity: form.quantity.valueAsNumber }],
      payment_method: form.payment_method.value,
      shipping_address: { ...ADDRESS, postal_code: form.postal_code.value },
    });
    if (attempt.body !== body) Object.assign(attempt, { key: crypto.randomUUID(), body });
    try {
      const headers = { "Content-Type": "application/json", "Idempotency-Key": attempt.key };
      const placed = await callAsCustomer("orders", { method: "POST", headers, body });
      dialog.close();
      go(`/orders/${placed.order_id}`);
    } catch (fault) {
      form.querySelector(".problem").textContent = fault.message;
    } finally {
      button.disabled = false;
    }
  };
  openDialog(dialog);
}

async function showOrders(signal) {
  const place = element("div", { "aria-busy": "true" }, element("p", { class: "hint" }, "Loading your orders …"));
  const list = element("ul", { class: "orders" });
  show(element("h1", {}, "My orders"), place);

  async function more(token) {
    try {
      const page = await callAsCustomer(`orders?limit=20${token ? `&next_token=${encodeURIComponent(token)}` : ""}`, { signal });
      list.append(...page.orders.map(orderRow));
      place.replaceChildren(list.children.length
        ? list
        : element("p", { class: "empty" }, "No orders yet. ", element("a", { href: "/" }, "Go to the shop"), "."));
      if (page.next_token) place.append(element("button", { onclick: () => more(page.next_token) }, "Show older orders"));
    } catch (fault) {
      if (!signal.aborted) place.replaceChildren(list, faultBox(fault, () => more(token)));
    }
    place.removeAttribute("aria-busy");
  }
  more();
}

function orderRow(order) {
  const what = order.items.map((line) => `${line.quantity} × ${line.name}`).join(" + ");
  return element("li", {},
    element("a", { href: `/orders/${order.order_id}` }, what),
    element("span", { class: "price" }, money(order.total, order.currency)),
    element("span", { class: "badge", "data-status": order.status }, statusInWords(order)),
    element("span", { class: "hint" }, moment(order.placed_at)));
}

function showAccount() {
  const name = signedInAs();
  document.getElementById("account").replaceChildren(...(name
    ? [element("span", {}, name), element("button", { onclick: () => { signOut(); go("/"); } }, "Sign out")]
    : [element("button", { onclick: () => signIn().then(route, () => {}) }, "Sign in")]));
}

document.querySelector("#order select").append(
  ...Object.keys(PAYMENT_METHODS).map((method) => element("option", {}, method)));
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", route);
addEventListener("account", showAccount);
showAccount();
route();
