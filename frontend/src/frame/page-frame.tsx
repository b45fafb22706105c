import { NavLink, useLocation, useNavigate } from "react-router";
import { LiveUpdates } from "../live/live-updates";
import { messages } from "../messages";
import { signOut, useUser } from "../session/session";
import { itemCount } from "../shop/basket";
import { useBasket } from "../shop/basket-store";
import { toggleAppearance, useIsDark } from "./appearance";
import { ConnectionNotice } from "./connection-notice";
import { PageContent } from "./page-content";
import { TaskCount } from "./task-count";

/** The frame of every page: navigation, signed-in user and connection notice. */
export function PageFrame() {
  return (
    <>
      <a className="skip" href="#main">
        {messages.frame.skipToContent}
      </a>
      <header className="frame">
        <div className="frame-inner">
          <NavLink to="/" className="brand">
            {messages.common.appName}
          </NavLink>
          <Navigation />
          <Account />
        </div>
      </header>
      <ConnectionNotice />
      <LiveUpdates />
      <main id="main" tabIndex={-1}>
        <PageContent />
      </main>
    </>
  );
}

function Navigation() {
  const items = itemCount(useBasket());
  const user = useUser();
  return (
    <nav aria-label={messages.frame.mainNavigation}>
      <NavLink to="/" end>
        {messages.frame.shop}
      </NavLink>
      <NavLink to="/basket">
        {messages.frame.basket}{" "}
        <span className="item-count" aria-label={messages.frame.itemsInBasket(items)}>
          {items}
        </span>
      </NavLink>
      <NavLink to="/orders">{messages.frame.orders}</NavLink>
      {user?.isOperator && (
        <NavLink to="/operations">
          {messages.frame.operations}
          <TaskCount />
        </NavLink>
      )}
    </nav>
  );
}

function Account() {
  const user = useUser();
  const isDark = useIsDark();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const leaveAndSignOut = () => {
    void navigate("/");
    void signOut();
  };
  return (
    <div className="account">
      <button type="button" onClick={toggleAppearance} aria-pressed={isDark} aria-label={messages.frame.darkMode} title={messages.frame.darkMode}>
        <span aria-hidden="true">{isDark ? "☾" : "☀"}</span>
      </button>
      {user ? (
        <>
          <span className="email">{user.email}</span>
          <button type="button" onClick={leaveAndSignOut}>
            {messages.frame.signOut}
          </button>
        </>
      ) : (
        <NavLink to="/sign-in" state={{ back: pathname.startsWith("/sign-") ? "/" : pathname }}>
          {messages.frame.signIn}
        </NavLink>
      )}
    </div>
  );
}
