import path from "node:path";
import { projectFolder } from "../projectFolder";

/**
 * Has Pulumi serialise our own modules with a handler, also where npm has put this project into `node_modules`: of a module
 * there it would write a `require`, which finds nothing in a Lambda. It looks for this member.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/closure/createClosure.ts (captureModuleAsync)
 */
export function serializeOwnModules(): void {
  for (const [file, loaded] of Object.entries(require.cache)) {
    const own = path.relative(projectFolder, file);
    if (loaded === undefined || own.startsWith("..") || own.split(path.sep).includes("node_modules"))
      continue;
    const { exports } = loaded as { exports: object };
    if (Object.isExtensible(exports) && !("deploymentOnlyModule" in exports))
      Object.defineProperty(exports, "deploymentOnlyModule", { value: true });
  }
}
