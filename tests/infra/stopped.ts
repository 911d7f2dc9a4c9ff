import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

/**
 * Runs the program in this process, as the caller has set Pulumi up by `prepare`, and holds that it stops with this message
 * before it registers anything but its provider.
 */
export async function assertStops(prepare: () => void, message: RegExp): Promise<void> {
  const registered: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name }) => {
        if (!type.startsWith("pulumi:providers:")) registered.push(name);
        return { id: name, state: {} };
      },
      call: () => ({}),
    },
    "video-thumbnailer",
  );
  prepare();
  // Not import(), which would load TypeScript past ts-node.
  assert.throws(() => createRequire(__filename)("../../index.ts") as unknown, message);
  // What was registered by now would be so with the next turns of the event loop.
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  assert.deepEqual(registered, []);
}
