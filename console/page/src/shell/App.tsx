import { FailuresView } from "../failures/FailuresView";
import { SettingsView } from "../settings/SettingsView";
import { StatusBar } from "../status/StatusBar";
import { VideoView } from "../video/VideoView";
import { ConnectionNotice } from "./ConnectionNotice";
import { Header } from "./Header";
import { route } from "./route";
import { VideosView } from "./VideosView";

export function App() {
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <Header />
      <ConnectionNotice />
      <StatusBar />
      <main id="main" tabIndex={-1}>
        <View />
      </main>
    </>
  );
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
