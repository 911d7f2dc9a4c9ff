/** What other programs have of this project: the component, its arguments, and what its messages and manifests are. */
export type { Manifest } from "./contract/manifest";
export type { OutputsReady, ThumbnailCreated } from "./contract/messages";
export type { VideoThumbnailerArgs } from "./infra/settings/args";
export { VideoThumbnailer } from "./infra/videoThumbnailer";
