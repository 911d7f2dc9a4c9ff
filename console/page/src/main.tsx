// First, so that each part's own looks go before it.
import "./styles/base.css";
import { render } from "preact";
import { connect } from "./server/stream";
import { App } from "./shell/App";

connect();
render(<App />, document.body);
