import { formerNames } from "./infra/formerNames";
import { configuredProvider } from "./infra/account/provider";
import { readConfiguration } from "./infra/settings/config";
import { outputsOf, VideoThumbnailer } from "./infra/videoThumbnailer";

const name = "thumbnailer";

const thumbnailer = new VideoThumbnailer(name, readConfiguration(), {
  providers: [configuredProvider()],
  transformations: [formerNames(name)],
});

/** The stack's outputs. */
export = outputsOf(thumbnailer);
