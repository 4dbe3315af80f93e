import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { useUserId } from "../auth/user.ts";
import { FeedPage } from "../feed/feed-page.tsx";
import { meQuery } from "../profile/profile.ts";
import { useOnline } from "../ui/online.ts";
import { profilePath } from "../ui/person.ts";
import { Empty, Loading } from "../ui/states.tsx";
import { Title } from "../ui/title.tsx";
import { Boundary } from "./boundary.tsx";
import { Navigation } from "./navigation.tsx";
import { FollowingPage, loadPages, PointsPage, ProfilePage, ReelsPage, SearchPage } from "./pages.ts";

const SETTLED_MS = 2_000;

/** What is around every page of somebody who is signed in. */
export function Shell() {
  const [path] = useLocation();
  useEffect(() => {
    const timer = setTimeout(loadPages, SETTLED_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="topbar">
        <div className="topbar-inner">
          <Link href="/" className="wordmark">
            LavLay
          </Link>
          <Navigation />
        </div>
        <Offline />
      </header>
      <main className="page" id="content" tabIndex={-1}>
        <Boundary key={path}>
          <Suspense fallback={<Loading what="the page" />}>
            <Pages />
          </Suspense>
        </Boundary>
      </main>
    </>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={FeedPage} />
      <Route path="/following" component={FollowingPage} />
      <Route path="/reels" component={ReelsPage} />
      <Route path="/search" component={SearchPage} />
      <Route path="/points" component={PointsPage} />
      <Route path="/me" component={Me} />
      <Route path="/u/:username">
        {({ username }) => <ProfilePage key={username} username={username} />}
      </Route>
      <Route>
        <Title>Not found</Title>
        <Empty>There is no such page.</Empty>
      </Route>
    </Switch>
  );
}

/** One's own profile, whose name is not known yet. */
function Me() {
  const { data: me } = useQuery(meQuery(useUserId()));
  return me ? <Redirect to={profilePath(me)} replace /> : <Loading what="your profile" />;
}

function Offline() {
  const online = useOnline();
  return (
    <p role="status" className="offline">
      {!online && "You are offline. What you see was loaded before."}
    </p>
  );
}
