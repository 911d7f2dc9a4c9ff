import { FailuresView } from "../failures/FailuresView";
import { Announcer } from "../parts/Announcer";
import { ConfirmDialog } from "../parts/ConfirmDialog";
import { isConnected } from "../server/stream";
import { SettingsView } from "../settings/SettingsView";
import { StatusBar } from "../status/StatusBar";
import { VideoView } from "../video/VideoView";
import { ConnectionNotice } from "./ConnectionNotice";
import { Header } from "./Header";
import { route, type Route } from "./route";
import { useViewChange } from "./viewChange";
import { VideosView } from "./VideosView";

export function App() {
  useViewChange();
  return (
    <>
      <a class="skip-link" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Header />
      <ConnectionNotice />
      <div class={isConnected.value ? "page" : "page is-stale"}>
        <StatusBar hasLastHour={isOfStack(route.value)} />
        <main id="main" tabIndex={-1}>
          <View />
        </main>
      </div>
      <ConfirmDialog />
      <Announcer />
    </>
  );
}

/** Of one video, and of the settings, what has been going on is not the matter. */
function isOfStack({ view }: Route): boolean {
  return view === "videos" || view === "failures";
}

/** The address stays that of the view. */
function skip(event: Event) {
  event.preventDefault();
  const main = document.getElementById("main");
  main?.focus();
  main?.scrollIntoView();
}

function View() {
  const to = route.value;
  switch (to.view) {
    case "videos":
      return <VideosView />;
    case "video":
      return <VideoView key={to.key} videoKey={to.key} />;
    case "failures":
      return <FailuresView />;
    case "settings":
      return <SettingsView />;
  }
}
