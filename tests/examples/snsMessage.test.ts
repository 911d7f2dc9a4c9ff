import assert from "node:assert/strict";
import fc from "fast-check";
import { signingKeys } from "../../examples/subscriber-https/signingKeys";
import { RefusedError, verified } from "../../examples/subscriber-https/snsMessage";
import {
  certificateAddress,
  confirmation,
  notification,
  nowMs,
  otherSigner,
  signed,
  signer,
  topicArn,
} from "./signedMessages";

describe("examples/subscriber-https: what is SNS's", () => {
  const asked: string[] = [];
  const publicKeyAt = signingKeys(
    (address) => {
      asked.push(address);
      return Promise.resolve(signer.certificate);
    },
    () => nowMs,
  );
  const check = (fields: object, now = nowMs) =>
    verified(JSON.stringify(fields), { topicArn, publicKeyAt, nowMs: now });
  const refused = (fields: object, why: RegExp, now = nowMs) =>
    assert.rejects(
      check(fields, now),
      (error) => error instanceof RefusedError && why.test(error.message),
      JSON.stringify(fields),
    );

  for (const SignatureVersion of ["1", "2"]) {
    it(`is a message of each type with the signature of version ${SignatureVersion}`, async () => {
      const plain = await check(notification("a\nb", { SignatureVersion }));
      assert.equal(plain.Message, "a\nb");
      assert.equal(plain.Subject, undefined);
      assert.equal((await check(notification("ü", { SignatureVersion, Subject: "s" }))).Subject, "s");
      for (const type of ["SubscriptionConfirmation", "UnsubscribeConfirmation"] as const)
        assert.equal((await check(confirmation(type, { SignatureVersion }))).Type, type);
    });
  }

  it("is no message of which a signed field was changed, taken away or added", async () => {
    const messages = [
      notification("message"),
      notification("message", { Subject: "subject" }),
      confirmation("SubscriptionConfirmation"),
      confirmation("UnsubscribeConfirmation"),
    ];
    const change = fc.record({
      message: fc.constantFrom(...messages),
      field: fc.constantFrom(
        ...["Type", "MessageId", "TopicArn", "Message", "Timestamp", "Subject", "Token", "SubscribeURL"],
        ...["Signature", "SignatureVersion", "SigningCertURL"],
      ),
      value: fc.option(
        fc.oneof(
          fc.string(),
          fc.constantFrom("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation", "1"),
        ),
      ),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ message, field, value }) => {
        const isSigned =
          field !== "Token" && field !== "SubscribeURL" ? true : message["Token"] !== undefined;
        const isSubjectSigned = field !== "Subject" || message["Token"] === undefined;
        fc.pre(message[field] !== (value ?? undefined) && isSigned && isSubjectSigned);
        const changed = { ...message, [field]: value ?? undefined };
        await assert.rejects(check(changed), RefusedError);
      }),
      { numRuns: 500 },
    );
  });

  it("gives nothing that is not signed", async () => {
    const more = { Subject: "not signed", SubscribeURL: "https://evil.example", Token: "t" };
    const { Subject, SubscribeURL, Token, ...told } = { ...notification("m"), ...more };
    await refused({ ...told, Subject }, /signature/);
    assert.equal((await check({ ...told, SubscribeURL, Token })).SubscribeURL, undefined);
    const subscription = { ...confirmation("SubscriptionConfirmation"), Subject: "not signed" };
    assert.equal((await check(subscription)).Subject, undefined);
  });

  it("is nothing that somebody else has signed, wherever their certificate is", async () => {
    await refused(signed(notification("m"), otherSigner), /its signature is not SNS's/);
    asked.length = 0;
    for (const address of [
      certificateAddress.replace("https:", "http:"),
      certificateAddress.replace("sns.eu-west-1", "evil"),
      certificateAddress.replace("sns.eu-west-1", "sns.us-east-1"),
      certificateAddress.replace("amazonaws.com", "amazonaws.com.evil.example"),
      certificateAddress.replace("amazonaws.com", "amazonaws.com.cn"),
      certificateAddress.replace("https://", "https://evil.example/"),
      certificateAddress.replace("https://", "https://sns.eu-west-1.amazonaws.com@evil.example/"),
      certificateAddress.replace("https://", "https://user:password@"),
      certificateAddress.replace("amazonaws.com", "amazonaws.com:8443"),
      certificateAddress.replace("/Simple", "/evil/../Simple"),
      certificateAddress.replace("SimpleNotificationService", "Evil"),
      `https://sns.eu-west-1.amazonaws.com/?Action=GetTopicAttributes&x=/SimpleNotificationService-0.pem`,
      `${certificateAddress}?x`,
      `${certificateAddress}#x`,
      certificateAddress.replace("https://", "https:\\\\"),
      `${certificateAddress}\n`,
      "",
    ])
      await refused(notification("m", { SigningCertURL: address }), /SNS has no certificate at/);
    assert.deepEqual(asked, [], "nothing is got from there");
  });

  it("is of China where the topic is, at the address that SNS has there", async () => {
    const TopicArn = "arn:aws-cn:sns:cn-north-1:123456789012:thumbnails";
    const address = certificateAddress.replace("eu-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn");
    const message = notification("m", { TopicArn, SigningCertURL: address });
    const expected = { topicArn: TopicArn, publicKeyAt, nowMs };
    assert.equal((await verified(JSON.stringify(message), expected)).Message, "m");
  });

  it("is nothing of another topic, or of another time", async () => {
    await refused(notification("m", { TopicArn: `${topicArn}x` }), /it is of the topic "arn:.*x"/);
    const [minuteMs, { Timestamp = "" }] = [60_000, notification("m")];
    const publishedMs = Date.parse(Timestamp);
    assert.ok(await check(notification("m"), publishedMs + 60 * minuteMs), "SNS tries for an hour");
    await refused(notification("m"), /it is of another time: "2026-/, publishedMs + 76 * minuteMs);
    assert.ok(await check(notification("m"), publishedMs - 10 * minuteMs));
    await refused(notification("m"), /of another time/, publishedMs - 16 * minuteMs);
    await refused(notification("m", { Timestamp: "soon" }), /of another time: "soon"/);
  });

  it("is no text, list or number, and no message whose fields are anything but texts", async () => {
    const expected = { topicArn, publicKeyAt, nowMs };
    for (const body of ["", "{", "null", "[]", "7", '"x"', '{"type": "outputs-ready"}'])
      await assert.rejects(verified(body, expected), RefusedError, body);
    await refused({ ...notification("m"), Message: ["m"] }, /it has no Message/);
    await refused({ ...notification("m"), TopicArn: { toString: topicArn } }, /it has no TopicArn/);
    await refused({ ...notification("m"), Type: "constructor" }, /no message of the type "constructor"/);
    await refused(notification("m", { SignatureVersion: "3" }), /its SignatureVersion is "3", not 1 or 2/);
  });
});

describe("examples/subscriber-https: SNS's certificate", () => {
  it("is got once, also by messages that come at once, and again only when it was not to be had", async () => {
    let [times, isThere] = [0, false];
    const keyAt = signingKeys(
      () => {
        times += 1;
        return isThere ? Promise.resolve(signer.certificate) : Promise.reject(new Error("no network"));
      },
      () => nowMs,
    );
    await assert.rejects(keyAt(certificateAddress), /no network/);
    isThere = true;
    const keys = await Promise.all([1, 2, 3].map(() => keyAt(certificateAddress)));
    assert.equal(new Set(keys).size, 1);
    assert.equal(times, 2);
  });

  it("is good for no longer than it says, nor before", async () => {
    for (const now of [signer.validTo.getTime() + 1000, signer.validFrom.getTime() - 1000]) {
      const keyAt = signingKeys(
        () => Promise.resolve(signer.certificate),
        () => now,
      );
      await assert.rejects(keyAt(certificateAddress), /is valid until/);
    }
  });

  it("is not what is no certificate", async () => {
    const keyAt = signingKeys(() => Promise.resolve("<html>"));
    await assert.rejects(keyAt(certificateAddress));
  });
});
