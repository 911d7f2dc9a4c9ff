import assert from "node:assert/strict";
import { UnusableVideoError } from "../../../worker/errors";
import { blameOf, type Blame } from "../../../worker/jobs/faults";
import { TimeLimitError } from "../../../worker/jobs/timeLimit";

describe("worker: what a job's error is blamed on", () => {
  const answered = (httpStatusCode: number, name = "Error") =>
    Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
  const broken = (code: string) => Object.assign(new Error(code), { code });
  const explained = (cause: Error) => new Error("s3://videos/a.mp4 could not be read", { cause });
  const named = (name: string) => Object.assign(new Error(name), { name });

  const table: [what: string, error: unknown, blame: Blame][] = [
    ["a video that can give no thumbnail", new UnusableVideoError("no video stream: audio only"), "video"],
    ["S3's 500", explained(answered(500, "InternalError")), "service"],
    ["S3's 503", explained(answered(503, "SlowDown")), "service"],
    ["too many requests", answered(429), "service"],
    ["two writes of one object at once", answered(409, "ConditionalRequestConflict"), "service"],
    ["a clock that is wrong", explained(answered(403, "RequestTimeTooSkewed")), "service"],
    ["credentials that have just expired", explained(answered(400, "ExpiredToken")), "service"],
    ["credentials that can not be had", named("CredentialsProviderError"), "service"],
    ["a call that timed out", named("TimeoutError"), "service"],
    [
      "a call that was given up for it",
      Object.assign(named("AbortError"), { cause: named("TimeoutError") }),
      "service",
    ],
    ["KMS's throttling", explained(answered(400, "KMS.ThrottlingException")), "service"],
    ["a key of KMS's that is disabled", explained(answered(400, "KMS.DisabledException")), "job"],
    ["a broken connection", new TypeError("fetch failed", { cause: broken("ECONNRESET") }), "service"],
    ["a name that is not resolved", broken("EAI_AGAIN"), "service"],
    ["another version of the video", explained(answered(412, "PreconditionFailed")), "replaced"],
    ["a look that found another version", named("ReplacedVideoError"), "replaced"],
    ["a right that is missing", explained(answered(403, "AccessDenied")), "job"],
    ["a bucket that is not there", explained(answered(404, "NoSuchBucket")), "job"],
    ["ffmpeg's time limit", new Error("ffmpeg took longer than 300 s"), "job"],
    ["ffmpeg's end by the kernel", new Error("ffmpeg was killed by the system"), "job"],
    ["the worker's own mistake", new TypeError("undefined is not a function"), "job"],
    ["what is no error at all", "a text", "job"],
  ];
  for (const [what, error, blame] of table) {
    it(`${what}: ${blame}`, () => {
      assert.equal(blameOf(error), blame);
    });
  }

  it("a job's time limit: on S3 when its delays took most of the time, else on the job", () => {
    assert.equal(blameOf(new TimeLimitError(600), 301), "service");
    assert.equal(blameOf(new TimeLimitError(600), 299), "job");
  });
});
