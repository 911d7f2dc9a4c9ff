import assert from "node:assert/strict";
import { Stack } from "./registered";

interface Widget {
  type: string;
  properties: {
    title?: string;
    region?: string;
    alarms?: string[];
    metrics?: unknown[][];
    markdown?: string;
  };
}

describe("the dashboard", function () {
  this.timeout(60_000);
  let stack: Stack;
  let widgets: Widget[];

  before(async () => {
    stack = await Stack.evaluate({}, "prod.eu");
    const { dashboardBody } = stack.one("cloudwatch/dashboard:Dashboard").inputs;
    ({ widgets } = JSON.parse(String(dashboardBody)) as { widgets: Widget[] });
  });

  /** The custom metrics, by name; they are registered in no certain order. */
  const registered = () =>
    stack
      .all("cloudwatch/logMetricFilter:LogMetricFilter")
      .map(({ inputs }) => {
        const { namespace, name = "" } = inputs["metricTransformation"] as Record<string, string>;
        return { namespace, name, logGroup: inputs["logGroupName"] };
      })
      .sort((a, b) => a.name.localeCompare(b.name));

  it("shows what an operator asks first", () => {
    assert.deepEqual(
      widgets.flatMap(({ properties }) => properties.title ?? []),
      [
        "Alarms",
        "Uploads and thumbnails",
        "Time from upload to thumbnail",
        "Jobs",
        "Age of the oldest job",
        "Workers",
        "Bytes read per thumbnail",
        "Failures that wait for the operator",
      ],
    );
  });

  it("shows metrics of this stack's queues and logs alone, all in its region, and its alarms", () => {
    const queues = stack.all("sqs/queue:Queue").map(({ state }) => state["name"]);
    const own = registered().map(({ namespace, name }) => `${namespace} ${name}`);
    const lines = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    for (const [namespace, name, dimension, value] of lines) {
      if (namespace === "AWS/SQS") {
        assert.equal(dimension, "QueueName");
        assert.ok(queues.includes(value), String(value));
      } else assert.ok(own.includes(`${String(namespace)} ${String(name)}`), String(name));
    }
    for (const { type, properties } of widgets) {
      if (type === "metric") assert.equal(properties.region, "eu-west-1");
      if (type === "alarm") {
        const alarms = stack.all("cloudwatch/metricAlarm:MetricAlarm").map(({ state }) => state["arn"]);
        assert.deepEqual(properties.alarms, alarms);
      }
    }
  });

  it("needs four custom metrics, each of which it shows", () => {
    const shown = widgets.flatMap(({ properties }) => (properties.metrics ?? []).map(([, name]) => name));
    const names = registered().map(({ name }) => name);
    assert.deepEqual(names, ["BytesRead", "Uploads", "UploadToThumbnail", "WorkersRunning"]);
    for (const name of names) assert.ok(shown.includes(name), name);
  });

  it("has custom metrics without dimensions, and without values while nothing happens: both would bill", () => {
    for (const { inputs } of stack.all("cloudwatch/logMetricFilter:LogMetricFilter")) {
      const transformation = inputs["metricTransformation"] as object;
      assert.deepEqual(Object.keys(transformation).sort(), ["name", "namespace", "unit", "value"]);
    }
  });

  it("takes them from the logs of this stack, where one stack's metrics are not another's", () => {
    const logGroup = (name: string) => stack.one("cloudwatch/logGroup:LogGroup", name).state["name"];
    assert.deepEqual(
      registered().map((metric) => metric.logGroup),
      ["workers", "onVideoUploaded", "workers", "superviseWorkers"].map(logGroup),
    );
    // The cluster's name is Pulumi's own, with random letters, so that two stacks of one name are still two.
    const cluster = String(stack.one("ecs/cluster:Cluster").state["name"]);
    for (const { namespace } of registered()) {
      assert.equal(namespace, `video-thumbnailer/prod.eu/${cluster}`);
      assert.equal(namespace, stack.outputs["metricNamespace"]);
    }
    const { dashboardName } = stack.one("cloudwatch/dashboard:Dashboard").inputs;
    assert.equal(dashboardName, `video-thumbnailer-prod-eu-${cluster}`);
    const { dashboardUrl } = stack.outputs;
    assert.ok(String(dashboardUrl).endsWith(`/video-thumbnailer-prod-eu-${cluster}`));
  });

  it("says which commands to use, and so does each alarm", () => {
    const text = widgets.find(({ type }) => type === "text")?.properties.markdown ?? "";
    assert.match(text, /npm run ops -- status --stack prod\.eu/);
    for (const { inputs } of stack.all("cloudwatch/metricAlarm:MetricAlarm")) {
      const description = String(inputs["alarmDescription"]);
      assert.match(description, /`npm run ops -- [^`]+ --stack prod\.eu`/);
      assert.ok(description.length <= 1024);
    }
  });
});
