/** `TOPIC_ARN=… [PORT=8080] [DATABASE=videos.db] npm start`: listens on loopback, for a proxy that speaks TLS. */
import { createServer } from "node:http";
import { endpoint } from "./endpoint";
import { VideoTable } from "./videoTable";

const { TOPIC_ARN: topicArn = "", PORT: port = "8080", DATABASE: file = "videos.db" } = process.env;
if (!/^arn:[\w-]+:sns:[\w-]+:\d{12}:.+$/.test(topicArn)) {
  console.error("TOPIC_ARN is to be the ARN of the topic: the output thumbnailTopicArn of the stack.");
  process.exit(1);
}

const table = new VideoTable(file);
const server = createServer(endpoint({ topicArn, store: (told) => table.store(told) }));
server.on("error", ({ message }) => {
  console.error(`Nothing is listened for: ${message}. Another port is chosen with PORT.`);
  process.exitCode = 1;
});
server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`http://127.0.0.1:${address?.port ?? port}`);
});
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    server.close(() => {
      table.close();
    });
    server.closeIdleConnections();
  });
