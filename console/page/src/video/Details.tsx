import { shown } from "../../../../contract/shown";
import type { VideoDetails } from "../../../messages";
import { outputAddress } from "../parts/media";
import { TimeAgo } from "../parts/TimeAgo";
import { clock, size } from "../parts/times";
import { stack } from "../server/stream";

/** What the video is, and all that was made of it. */
export function Details({ details }: { details: VideoDetails }) {
  const { bytes, uploadedAt, manifest } = details;
  const video = manifest?.video;
  return (
    <section aria-labelledby="details">
      <h2 id="details">The video</h2>
      <dl class="details">
        <dt>Uploaded</dt>
        <dd>
          <TimeAgo iso={uploadedAt} />, {size(bytes)}
        </dd>
        {video !== undefined && (
          <>
            <dt>Video</dt>
            <dd>
              {video.width} × {video.height}, {shown(video.codec)}
              {video.durationSeconds !== null && `, ${clock(video.durationSeconds, { ms: true })}`}
              {video.rotationDegrees !== 0 && `, turned by ${video.rotationDegrees}°`}
            </dd>
          </>
        )}
      </dl>
      {manifest === null ? (
        <p class="quiet">
          {stack.value?.extrasAskedFor === ""
            ? "Only its thumbnail is made: the settings ask for no more."
            : "What else is made of it is not there yet."}
        </p>
      ) : (
        <>
          <h2>Made of it</h2>
          <ul class="outputs">
            {manifest.outputs.map(({ key, eTag, bytes: outputBytes, width, height }) => (
              <li key={key}>
                <a href={outputAddress(key, eTag)} target="_blank" rel="noreferrer">
                  {shown(key)}
                </a>{" "}
                <span class="quiet">
                  {size(outputBytes)}
                  {width !== undefined && height !== undefined && `, ${width} × ${height}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
