/** A reason for which a job ends without a thumbnail: how its text begins, and what that means to an operator. */
interface FailureReason {
  readonly begins: readonly string[];
  readonly means: string;
  readonly whatToDo: string;
}

/** Every reason there is, in the order in which they are explained; a text belongs to the first whose beginning it has. */
export const failureReasons = [
  {
    begins: ["not a video: "],
    means:
      "The file is empty by now, or something else than its name says, often named; or a format that is refused.",
    whatToDo: "Upload a video, or leave it.",
  },
  { begins: ["no video stream: "], means: "Only sound, subtitles or cover art.", whatToDo: "Leave it." },
  {
    begins: ["truncated "],
    means: "The upload was cut off.",
    whatToDo: "Upload it again; that makes a new job.",
  },
  {
    begins: ["encrypted: "],
    means: "Protected by DRM, or encrypted with a key of its own.",
    whatToDo: "Upload it without.",
  },
  {
    begins: ["unsupported codec: ", "too large: "],
    means: "The worker's ffmpeg can not decode it; the codec is named as the file does, such as `dav1`.",
    whatToDo: "Convert it.",
  },
  {
    begins: ["no frame of the ", "damaged or made to do harm: "],
    means: "Damaged or cut off, or made to do harm.",
    whatToDo: "Upload it again.",
  },
  {
    begins: ["too costly: "],
    means:
      "It takes more CPU time or memory than the workers have for one video: very large, or made to do harm.",
    whatToDo: "Convert it; or, where it is for memory, give the workers more `taskMemory`, then redrive.",
  },
  {
    begins: ["the video track is kept in another file"],
    means: "The file refers to another one, which is not read.",
    whatToDo: "Upload a file that holds all of it.",
  },
  {
    begins: ["malformed thumbnail-timestamp "],
    means: "The object's tag or its metadata have a timestamp that is none.",
    whatToDo: "Put a right tag, such as `01:30`, which goes before metadata; that makes a new job.",
  },
  {
    begins: ["a percentage needs a duration"],
    means: "The timestamp is a percentage, and the video does not say how long it is.",
    whatToDo: "Set a time for it, in its name or metadata.",
  },
  {
    begins: ["archived: "],
    means: "S3 keeps it in an archive, from which nobody can read it before it is restored.",
    whatToDo: "Restore it in S3, then redrive; or leave it.",
  },
  {
    begins: ["encrypted with a key of the uploader's: "],
    means: "S3 gives it only to who has the key that it was uploaded with (SSE-C).",
    whatToDo: "Upload it without SSE-C.",
  },
  {
    begins: ["encrypted with a KMS key that can not be used: "],
    means: "The workers may not decrypt with that key of KMS's, or it is disabled or deleted.",
    whatToDo: "Set `kmsKeyArn` to that key, or have its policy let that role decrypt; then redrive.",
  },
  { begins: ["the video is gone: "], means: "Deleted before its turn.", whatToDo: "Leave it." },
  {
    begins: ["its server does not answer ranged requests: "],
    means: "A task run by hand reads videos in parts, which that server does not give.",
    whatToDo: "Put the video on another server, or into S3.",
  },
  {
    begins: ["storyboard: ", "preview: ", "renditions: "],
    means:
      "The thumbnail is stored, but this output can not be made, for the reason that follows; the video has no manifest.",
    whatToDo: "What that reason asks for; or leave it, if the thumbnail is enough.",
  },
  {
    begins: ["the thumbnail's key would be ", "the key of an output would be "],
    means: "S3 takes keys of 1,024 bytes.",
    whatToDo: "Upload it under a shorter key.",
  },
  {
    begins: ["not understood: "],
    means:
      "A message in the jobs queue that is no job: somebody else sends there, or a later version of this program.",
    whatToDo: "Find the sender; `redrive --all` sends it back as it was.",
  },
  {
    begins: ["waited too long for S3 or for a worker: "],
    means: "For almost two weeks S3 could not be used, or every worker was stopped before it was done.",
    whatToDo: "Mend what the rest of it names, then redrive.",
  },
  {
    begins: ["failed at each of "],
    means:
      "A failure that might have passed (a time limit, a right that was missing) came at every try; the rest of the " +
      "reason says which.",
    whatToDo: "Mend what it names, then redrive.",
  },
  {
    begins: ["failed at every try"],
    means:
      "Each worker that took it ended without a word, often for want of memory, and could write no reason.",
    whatToDo:
      "Look at the workers' log and the tasks' stop reasons; give them more `taskMemory`, then redrive.",
  },
] as const satisfies readonly FailureReason[];

type Beginning = (typeof failureReasons)[number]["begins"][number];

/** The text of a reason: it begins as one of {@link failureReasons} does, so that each one is explained. */
export type FailureReasonText = `${Beginning}${string}`;

/** The reason of a job that SQS put aside: a worker that survives its last try writes down what went wrong. */
export const failedAtEveryTry =
  "failed at every try, at last because the worker ended; the workers' log says more" satisfies FailureReasonText;

/** What a reason means and what to do; undefined for the text of another version of this program. */
export function explainReason(text: string): FailureReason | undefined {
  return failureReasons.find(({ begins }) => begins.some((beginning) => text.startsWith(beginning)));
}
