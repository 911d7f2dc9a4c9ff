import { ReplacedVideoError } from "./errors";
import type { Spent, ThumbnailOrder, Workshop } from "./making/order";
import type { PlacesOfVideo } from "./making/removal";
import { lookAtPlaces, makeOnce } from "./making/round";
import { assertStorable } from "./storing/storableKey";

/** So often running a video is replaced while it is read, before its job goes back to the queue. */
const maxRounds = 3;

/** No name of ours is longer, whatever a video has. */
const longestName = "storyboard-9999.webp";

/**
 * From a video to its stored thumbnail, and to all else that is made of it. Throws UnusableVideoError when the video can
 * never give that, ReplacedVideoError when it was replaced again and again, and any other error for a fault that may pass.
 *
 * A job is for a key, not for a version, and the last upload wins whatever comes late:
 * 1. look at the thumbnail; 2. only then at the video, and make the picture of what is there now; 3. store it on condition
 * that the thumbnail is still the one of 1; 4. look at the video again, by more than its ETag. If 3 is refused or 4 finds
 * another version, begin again; the message is deleted only after a 4 that finds the version of 2.
 *
 * Of two pictures the later one in the thumbnail's history is therefore never of an older version: its 1 saw the other
 * one, which was made of a version that was there before its 2. Each upload's job begins after the upload and does not end
 * before a picture of that version or a later one is stored, so the last upload's stays. That needs neither order nor
 * time: whoever stores late, SDK and dead workers included, has looked (1) early and is refused.
 *
 * The extras are many objects, and their manifest is to name only what is there, of one version. So the manifest's place is
 * had by one worker after the other: 1 looks at it, too; before 3 a claim, unlike any other, is put there on condition that
 * it is still as it was in 1, which ends what the manifest before it has said. After 4 come the extras: 5. make them;
 * 6. list those that are there, and only then look whether the claim still stands; 7. store each on condition that it is as
 * it was listed, and delete the others of our own names in the same way; 8. put the manifest on condition that the claim
 * still stands; 9. look at the video as in 4. Who claims after the look of 6 lists after it, too, and so does not take part
 * in what 7 relies on: whichever of the two stores an extra second is refused. What a manifest names was therefore stored
 * by its own worker after everyone's who had claimed before, and stays until the next claim.
 *
 * If 6 or the first of 7 finds another worker's claim, or its manifest, the job ends, after a 9, without: the other one has
 * looked at the video after this one's claim, which it has seen, or at least does so after its own 8; and its job does not
 * end before that. Otherwise two workers would take the claim from each other for ever. A worker that has stored an extra
 * already begins again, since the other one may have listed before that, and so it does with anything else that 6 to 9
 * find. A job that ends without its outputs takes its claims away; and one of a video that can never give them, the manifest
 * of 1, if it is of an upload before that one.
 *
 * With `removeWithVideo`, a 2, 4 or 9 that finds no video deletes the thumbnail of 1 or 3, on condition that it is still
 * that one, and looks at the video once more. The extras are listed before the manifest of 1 is deleted, or seen to be
 * none still: what a new claim's worker stores is not in that list. What a dead worker stores where a deleted thumbnail was
 * is seen by onThumbnailCreated, and what onVideoRemoved deletes too late gets a job from it (settleOutputs).
 *
 * A person's choice, the video's tag, is part of the version: 2 and 4 look at it too, and each change of it is an upload
 * like any other, with a job of its own. The object and its tag are two looks, between which either may change; but what
 * is looked at after the last change is true, and more is not needed of any look. With `unlessMade`, a 2 that finds the
 * version of which the thumbnail of 1 was made, by what its metadata tell, and a manifest of it that is complete, ends the
 * job: that is what would be stored, and whoever stores over it has looked at the video before, and looks again (4). For an
 * upload's own job it does not do, since metadata tell two uploads of one second apart by their ETags at most.
 *
 * An ETag tells pictures apart, not versions. Where those of two versions are the same byte for byte, and only there, it
 * takes that S3 is done with a dead worker's request by the time that its job has been done anew.
 */
export async function makeThumbnail(
  workshop: Workshop,
  order: ThumbnailOrder,
  signal: AbortSignal,
): Promise<void> {
  assertStorable(order.outputKey, "the thumbnail's key");
  if (order.extras) assertStorable(order.extras.folder + longestName, "the key of an output");
  const spent: Spent = { startedAt: performance.now(), ffmpegMs: 0, bytesRead: 0, requests: 0 };
  const looked: PlacesOfVideo[] = [];
  for (let round = 1; ; round++) {
    try {
      const places = await lookAtPlaces(workshop, order, signal);
      looked.push(places);
      await makeOnce(workshop, order, places, spent, signal);
      return;
    } catch (error) {
      if (error instanceof ReplacedVideoError && round < maxRounds) continue;
      // A round may have ended before it claimed the place anew.
      for (const { outputs } of looked) await outputs?.release();
      throw error;
    }
  }
}
