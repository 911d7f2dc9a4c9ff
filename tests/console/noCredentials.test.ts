import assert from "node:assert/strict";
import { connect, withDefaults } from "../../ops/stack";
import { TestConsole } from "./testConsole";

describe("the console: without credentials", () => {
  it("opens, and says so in place of each part", async () => {
    const queue = (name: string) => `https://sqs.eu-west-1.amazonaws.com/1/${name}`;
    const outputs = withDefaults({
      ...{ region: "eu-west-1", bucketName: "videos", clusterName: "workers", jobQueueUrl: queue("jobs") },
      failedJobsQueueUrl: queue("failed-jobs"),
      failedEventsQueueUrl: queue("failed-events"),
    });
    const stack = connect("stack prod", outputs);
    const clients = [stack.s3, stack.sqs, stack.ecs, stack.cloudWatch!];
    for (const { config } of clients)
      config.credentials = () =>
        Promise.reject(
          Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" }),
        );
    const shown = await TestConsole.start(stack);
    try {
      assert.equal((await shown.get("/api/stack")).status, 200);
      const page = await shown.opens();
      const [status, videos, failures] = await Promise.all([
        page.until("status"),
        page.until("videos"),
        page.until("failures"),
      ]);
      for (const told of [status.jobs, status.workers, status.failedJobs, status.charts, videos, failures])
        assert.equal("problem" in told && told.problem.kind, "credentials");
    } finally {
      await shown.stop();
      stack.destroy();
    }
  });
});
