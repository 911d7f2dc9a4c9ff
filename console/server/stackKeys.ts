import { isVideoKey } from "../../contract/videoKeys";
import { outputPrefixesOf, videoKeysOf, type Stack } from "../../ops/stack";
import { RefusedError } from "./refusal";

/** A key that is one of the stack's videos. Throws RefusedError: nobody is shown another object of the bucket. */
export function videoKey({ outputs }: Stack, key: string | undefined): string {
  if (key !== undefined && isVideoKey(key, videoKeysOf(outputs))) return key;
  const { videoSuffixes, videoPrefixes } = outputs;
  const under = videoPrefixes.length === 0 ? "" : ` under ${videoPrefixes.join(" or ")}`;
  const endings = [...new Set(videoSuffixes.map((suffix) => suffix.toLowerCase()))].join(", ");
  throw notOf(key, `The stack takes files for videos that end with ${endings}${under}.`);
}

/** A key that is one of the stack's outputs. Throws RefusedError. */
export function outputKey({ outputs }: Stack, key: string | undefined): string {
  const prefixes = outputPrefixesOf(outputs);
  if (key !== undefined && prefixes.some((prefix) => key.startsWith(prefix))) return key;
  throw notOf(key, `What is made of videos is under ${prefixes.join(" or ")}.`);
}

function notOf(key: string | undefined, whatToDo: string): RefusedError {
  const message = key === undefined ? "The request names no key." : `${key} is none of the stack's.`;
  return new RefusedError({ kind: "refused", message, whatToDo }, 404);
}
