import { isConnected, isLetIn } from "../server/stream";

/** Says that the server is not heard, as long as it is not. */
export function ConnectionNotice() {
  return (
    <div role="status">
      {!isConnected.value && <p class="notice">{isLetIn.value ? away : startedAnew}</p>}
    </div>
  );
}

const away =
  "The console does not answer; what is shown is as of before. It is tried again by itself. If the console was started " +
  "anew, open the address that it printed.";

const startedAnew = (
  <>
    The console was started anew and does not know this page: open the address that{" "}
    <code>npm run console</code> printed. What is shown is as of before.
  </>
);
