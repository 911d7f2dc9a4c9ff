import type { WorkerLogEvent } from "../contract/workerLog";

export type Log = (event: WorkerLogEvent) => void;

/** Writes an event to stdout. */
export const logToStdout: Log = ({ level, event, ...details }) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...details })}\n`);
};
