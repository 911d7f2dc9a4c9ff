import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where a frame's bytes stand in a file. */
export interface Packet {
  readonly seconds: number;
  readonly position: number;
  readonly bytes: number;
}

/** The packets of a file's first video track, as ffprobe finds them. */
export async function packetsOf(file: string): Promise<Packet[]> {
  const entries = ["-show_entries", "packet=pts_time,pos,size", "-of", "json"];
  const { stdout } = await promisify(execFile)("ffprobe", [
    "-v",
    "error",
    "-select_streams",
    "v:0",
    ...entries,
    file,
  ]);
  const { packets } = JSON.parse(stdout) as { packets: Record<"pts_time" | "pos" | "size", string>[] };
  return packets.map(({ pts_time, pos, size }) => ({
    seconds: Number(pts_time),
    position: Number(pos),
    bytes: Number(size),
  }));
}
