import { render } from "preact";
import { connect } from "./server/stream";
import { App } from "./shell/App";
import "./styles/base.css";

connect();
render(<App />, document.body);
