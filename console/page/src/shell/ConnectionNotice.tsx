import { isConnected } from "../server/stream";

/** Says that the server is not heard, as long as it is not. */
export function ConnectionNotice() {
  return (
    <div role="status">
      {!isConnected.value && (
        <p class="notice">
          The console does not answer; what is shown is as of before. It is tried again by itself.
        </p>
      )}
    </div>
  );
}
