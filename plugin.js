/**
 * What Pulumi loads of this repository as a plugin (PulumiPlugin.yaml), and gives to programs in any of its languages. It runs
 * in such a program's folder, by whose tsconfig.json, or by none, Pulumi would have our TypeScript checked: here it is loaded
 * by ours. Nor need there be a package.json, which is where Pulumi looks for what a Lambda needs; this folder has one.
 */
const { REGISTER_INSTANCE } = require("ts-node");

process[REGISTER_INSTANCE]?.enabled(false);
require("./scripts/typescript.cjs");
const { VideoThumbnailer } = require("./component.ts");

process.chdir(__dirname);

exports.VideoThumbnailer = VideoThumbnailer;
