import { rmSync } from "node:fs";
import { Database } from "node-sqlite3-wasm";
import type { VideoPart } from "../subscriber-lambda/videoPart";

/** The condition and the change are one statement; but for the names of its values PostgreSQL takes it as it is. */
const upsert = (part: VideoPart["part"]) => `
  INSERT INTO videos (video, ${part}, ${part}_version) VALUES (:video, :content, :version)
  ON CONFLICT (video) DO UPDATE SET ${part} = excluded.${part}, ${part}_version = excluded.${part}_version
  WHERE videos.${part}_version IS NULL OR videos.${part}_version < excluded.${part}_version`;

const upserts = { thumbnail: upsert("thumbnail"), outputs: upsert("outputs") };

/** A row as it stands; its parts are the messages, JSON. */
export interface VideoRow {
  readonly thumbnail: string | null;
  readonly outputs: string | null;
}

/** A table of an SQLite database in a file, which one process alone opens. */
export class VideoTable {
  private readonly database: Database;

  constructor(file: string) {
    // What locks a file here is a folder beside it, which stays when a process is killed while it writes.
    rmSync(`${file}.lock`, { recursive: true, force: true });
    this.database = new Database(file);
    this.database.exec(`CREATE TABLE IF NOT EXISTS videos (
      video TEXT PRIMARY KEY, thumbnail TEXT, thumbnail_version TEXT, outputs TEXT, outputs_version TEXT)`);
  }

  /** Whether it was stored: not when the same or a later one is there. */
  store({ video, part, content, version }: VideoPart): boolean {
    const values = { ":video": video, ":content": content, ":version": version };
    return this.database.run(upserts[part], values).changes > 0;
  }

  row(video: string): VideoRow | undefined {
    const row = this.database.get("SELECT thumbnail, outputs FROM videos WHERE video = ?", video);
    return (row as VideoRow | null) ?? undefined;
  }

  close(): void {
    this.database.close();
  }
}
