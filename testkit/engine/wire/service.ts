import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Call, CallLog } from "./calls";
import { asText, fromWire, toWire } from "./values";
import type { Properties } from "./values";

/** The resource that a call is about. */
export interface Subject {
  type: string;
  name: string;
  urn: string;
}

/** A provider, without the wire: what it throws is what the engine is told. */
export interface Provider {
  readonly version: string;
  /** `news` with the provider's own inputs, and what is wrong with them; `seed` is for random names. */
  check(
    subject: Subject,
    news: Properties,
    olds: Properties,
    seed: Uint8Array,
  ): { inputs: Properties; failures: { property: string; reason: string }[] };
  /** Whether a change of this input makes a new resource. */
  replaces(type: string, input: string): boolean;
  create(subject: Subject, inputs: Properties, settings: Properties): { id: string; outputs: Properties };
  update(subject: Subject, id: string, news: Properties, olds: Properties, settings: Properties): Properties;
  delete(subject: Subject, id: string, olds: Properties): void;
  /** Whether what has these outputs is still there. */
  exists(type: string, id: string, outputs: Properties): boolean;
  invoke(token: string, settings: Properties): Properties;
}

/**
 * Speaks Pulumi's provider protocol for a provider.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/proto/pulumi/provider.proto
 */
export function serviceOf(provider: Provider, log: CallLog): grpc.UntypedServiceImplementation {
  /** Each provider resource of a program has a connection of its own, and settings of its own. */
  const settings = new Map<string, Properties>();
  const settingsOf = (call: { getPeer: () => string }) => settings.get(call.getPeer()) ?? {};
  const noted = <T>(operation: Call["operation"], { type, name }: Subject, act: () => T): T => {
    const call: Call = { operation, type, name };
    try {
      return act();
    } catch (error) {
      call.refusal = (error as Error).message;
      throw error;
    } finally {
      log.calls.push(call);
    }
  };

  return {
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => new messages.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary(({ request }: { request: messages.CheckRequest }) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(({ request }: { request: messages.DiffRequest }) => diffOf(request, () => false)),
    configure: unary((call: grpc.ServerUnaryCall<messages.ConfigureRequest, unknown>) => {
      settings.set(call.getPeer(), fromWire(call.request.getArgs()));
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
    check: unary(({ request }: { request: messages.CheckRequest }) => {
      const subject = subjectOf(request.getUrn());
      const olds = fromWire(request.getOlds());
      const checked = provider.check(
        subject,
        fromWire(request.getNews()),
        olds,
        request.getRandomseed_asU8(),
      );
      const failures = checked.failures.map(({ property, reason }) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      );
      return new messages.CheckResponse().setInputs(toWire(checked.inputs)).setFailuresList(failures);
    }),
    diff: unary(({ request }: { request: messages.DiffRequest }) => {
      const { type } = subjectOf(request.getUrn());
      return diffOf(request, (input) => provider.replaces(type, input));
    }),
    create: unary((call: grpc.ServerUnaryCall<messages.CreateRequest, unknown>) => {
      const inputs = fromWire(call.request.getProperties());
      const response = new messages.CreateResponse();
      if (call.request.getPreview()) return response.setProperties(toWire(inputs));
      const subject = subjectOf(call.request.getUrn());
      const { id, outputs } = noted("create", subject, () =>
        provider.create(subject, inputs, settingsOf(call)),
      );
      return response.setId(id).setProperties(toWire(outputs));
    }),
    update: unary((call: grpc.ServerUnaryCall<messages.UpdateRequest, unknown>) => {
      const news = fromWire(call.request.getNews());
      const olds = fromWire(call.request.getOlds());
      const response = new messages.UpdateResponse();
      if (call.request.getPreview()) return response.setProperties(toWire({ ...olds, ...news }));
      const subject = subjectOf(call.request.getUrn());
      const outputs = noted("update", subject, () =>
        provider.update(subject, call.request.getId(), news, olds, settingsOf(call)),
      );
      return response.setProperties(toWire(outputs));
    }),
    delete: unary(({ request }: { request: messages.DeleteRequest }) => {
      const subject = subjectOf(request.getUrn());
      noted("delete", subject, () => {
        provider.delete(subject, request.getId(), fromWire(request.getProperties()));
      });
      return new Empty();
    }),
    read: unary(({ request }: { request: messages.ReadRequest }) => {
      const { type } = subjectOf(request.getUrn());
      // A resource without an id is one that is gone.
      const id = provider.exists(type, request.getId(), fromWire(request.getProperties()))
        ? request.getId()
        : "";
      return new messages.ReadResponse()
        .setId(id)
        .setProperties(request.getProperties())
        .setInputs(request.getInputs());
    }),
    invoke: unary((call: grpc.ServerUnaryCall<messages.InvokeRequest, unknown>) =>
      new messages.InvokeResponse().setReturn(
        toWire(provider.invoke(call.request.getTok(), settingsOf(call))),
      ),
    ),
  };
}

function unary(answer: (call: never) => unknown): grpc.UntypedHandleCall {
  return (call: unknown, callback: grpc.sendUnaryData<unknown>) => {
    try {
      callback(null, answer(call as never));
    } catch (error) {
      callback({ code: grpc.status.UNKNOWN, details: (error as Error).message });
    }
  };
}

/** Which inputs differ, and which of those make a new resource. */
function diffOf(request: messages.DiffRequest, replaces: (input: string) => boolean): messages.DiffResponse {
  const olds = fromWire(request.getOldInputs());
  const news = fromWire(request.getNews());
  const diffs = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (input) => asText(olds[input]) !== asText(news[input]),
  );
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  return new messages.DiffResponse()
    .setChanges(diffs.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(diffs)
    .setReplacesList(diffs.filter(replaces));
}

/** A URN is `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
function subjectOf(urn: string): Subject {
  const [, , types = "", ...names] = urn.split("::");
  return {
    urn,
    type: types.split("$").at(-1) ?? "",
    name: names.join("::"),
  };
}
