import assert from "node:assert/strict";
import { DockerCloud } from "../../testkit/docker/dockerCloud";
import { describeImage } from "./describeImage";
import { secondsToRequest } from "../../testkit/docker/startup";

describeImage("its start", function () {
  this.timeout(180_000);
  let running: DockerCloud;
  before(async () => {
    running = await DockerCloud.start();
  });
  after(() => running.stop());

  it("takes less than 1.5 s until the worker asks for its first job, on the task's quarter of a CPU", async () => {
    const seconds = [];
    for (let i = 0; i < 5; i++) seconds.push(await secondsToFirstJob());
    const [, , median = NaN] = seconds.sort((a, b) => a - b);
    assert.ok(median > 0.05 && median < 1.5, `${seconds.join(", ")} s`);
    console.log(`        ${median.toFixed(2)} s (${seconds.map((one) => one.toFixed(2)).join(", ")})`);
  });

  async function secondsToFirstJob(): Promise<number> {
    return secondsToRequest((address) =>
      running.runArguments({ AWS_ENDPOINT_URL_SQS: address, JOB_QUEUE_URL: `${address}/000000000000/jobs` }),
    );
  }
});
