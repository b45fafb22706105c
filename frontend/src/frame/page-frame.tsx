import Alert from "@cloudscape-design/components/alert";
import { Suspense, useEffect, useRef } from "react";
import { NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { signOut, useUser } from "../session/session";
import { Loading } from "../shared/loading";
import { pieces } from "../shop/basket";
import { useBasket } from "../shop/basket-store";
import { toggleAppearance, useIsDark } from "./appearance";
import { useOnline } from "./online";
import { PageErrorBoundary } from "./page-error-boundary";

/** The frame of every page: the navigation, the user who is signed in, and whether there is a network. */
export function PageFrame() {
  const main = useMainThatTakesFocus();
  const { pathname } = useLocation();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="frame">
        <div className="frame-inner">
          <NavLink to="/" className="brand">
            Serverless Orders
          </NavLink>
          <Places />
          <Account />
        </div>
      </header>
      <OfflineNotice />
      <main id="main" tabIndex={-1} ref={main}>
        {/* The key removes the old page at once, while the new page loads, and its error if it had one. */}
        <PageErrorBoundary key={pathname}>
          <Suspense fallback={<Loading lines={8} label="Loading the page" />}>
            <Outlet />
          </Suspense>
        </PageErrorBoundary>
      </main>
    </>
  );
}

function Places() {
  const inBasket = pieces(useBasket());
  const user = useUser();
  return (
    <nav aria-label="Main">
      <NavLink to="/" end>
        Shop
      </NavLink>
      <NavLink to="/basket">
        Basket{" "}
        <span className="pieces" aria-label={`${inBasket} in it`}>
          {inBasket}
        </span>
      </NavLink>
      <NavLink to="/orders">My orders</NavLink>
      {user?.isOperator && <NavLink to="/operations">Operations</NavLink>}
    </nav>
  );
}

function Account() {
  const user = useUser();
  const isDark = useIsDark();
  const { pathname } = useLocation();
  const go = useNavigate();
  const leave = () => {
    void go("/");
    void signOut();
  };
  return (
    <div className="account">
      <button type="button" onClick={toggleAppearance} aria-pressed={isDark} aria-label="Dark mode" title="Dark mode">
        <span aria-hidden="true">{isDark ? "☾" : "☀"}</span>
      </button>
      {user ? (
        <>
          <span className="email">{user.email}</span>
          <button type="button" onClick={leave}>
            Sign out
          </button>
        </>
      ) : (
        <NavLink to="/sign-in" state={{ back: pathname.startsWith("/sign-") ? "/" : pathname }}>
          Sign in
        </NavLink>
      )}
    </div>
  );
}

function OfflineNotice() {
  if (useOnline()) return null;
  return (
    <div className="offline" role="status">
      <Alert type="warning">You are offline. What you see may be old; it goes on by itself when the network is back.</Alert>
    </div>
  );
}

/** Moves the focus to the content after a change of page, for the keyboard and for screen readers. */
function useMainThatTakesFocus() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [pathname]);
  return main;
}
