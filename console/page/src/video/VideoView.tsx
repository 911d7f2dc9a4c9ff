import { Key } from "../parts/Key";

export function VideoView({ videoKey }: { videoKey: string }) {
  return (
    <h1>
      <Key text={videoKey} />
    </h1>
  );
}
