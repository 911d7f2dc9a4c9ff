/**
 * What Pulumi loads of this repository as a plugin (PulumiPlugin.yaml), and gives to programs in any of its languages. Such
 * a program may have no package.json, which is where Pulumi looks for what a Lambda needs; this folder has one.
 */
import { VideoThumbnailer } from "./component";

process.chdir(__dirname);

export { VideoThumbnailer };
