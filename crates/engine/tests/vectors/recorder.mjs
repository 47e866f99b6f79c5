/**
 * Sits between mediasoup's classes and their channel: keeps the bytes of every reply and
 * notification together with what mediasoup made of them, and can put forged ones in.
 */
import { fbs, flatbuffers, load } from './upstream.mjs';

const { Channel } = load('Channel');
const { EnhancedEventEmitter } = load('enhancedEvents');
const { TransportImpl } = load('Transport');
const { Method } = fbs('request');
const { Event, Notification, NotificationT } = fbs('notification');
const { Response, ResponseT } = fbs('response');
const { Message, MessageT, Body } = fbs('message');

/** @type {{method: string, bytes: string, value: any}[]} */
export const replies = [];
/** @type {object[]} */
export const notifications = [];

/** The last reply: its method and its bytes. */
let last;
/** A forged reply to the next request. */
let forged;
/** Emissions for the notification that is being handled. */
let emitted;

const hex = (table) => Buffer.from(table.bb.bytes()).toString('hex');

/** A message as it would come from a worker. */
function receive(bodyType, body, table) {
  const builder = new flatbuffers.Builder();
  builder.finish(new MessageT(bodyType, body).pack(builder));
  const bytes = new Uint8Array(builder.asUint8Array());
  const message = Message.getRootAsMessage(new flatbuffers.ByteBuffer(bytes));
  return message.data(table);
}

const { request } = Channel.prototype;
const { emit, safeEmit } = EnhancedEventEmitter.prototype;

Channel.prototype.request = async function (method, ...rest) {
  const response = forged ?? (await request.call(this, method, ...rest));
  forged = undefined;
  last = { method: Method[method], bytes: hex(response) };
  return response;
};

Channel.prototype.emit = function (handlerId, event, notification) {
  emitted = undefined;
  const done = emit.call(this, handlerId, event, notification);
  if (event === Event.TRANSPORT_SCTP_NEGOTIATED_CAPABILITIES) {
    emitted = { value: sctpNegotiatedCapabilities };
  }
  if (emitted && event !== Event.WORKER_RUNNING) {
    const name = Event[event];
    notifications.push({ event: name, bytes: hex(notification), ...emitted });
  }
  emitted = undefined;
  return done;
};

// The one notification that is kept without an event.
let sctpNegotiatedCapabilities;
TransportImpl.prototype.handleSctpNegotiatedCapabilities = (capabilities) => {
  sctpNegotiatedCapabilities = capabilities;
};

EnhancedEventEmitter.prototype.safeEmit = function (name, ...args) {
  emitted ??= argument.call(this, name, args);
  return safeEmit.call(this, name, ...args);
};

/** An event's argument, in the form that the vectors keep. */
function argument(name, [value, ppid]) {
  switch (name) {
    case 'message':
      return { data: value.toString('hex'), ppid };
    case 'rtp':
    case 'rtcp':
      return { data: value.toString('hex'), ppid: 0 };
    case 'dominantspeaker':
      return { dominantSpeaker: value.producer.id };
    case 'volumes':
      return {
        volumes: value.map(({ producer, volume }) => [producer.id, volume]),
      };
    case 'dtlsstatechange':
      return value === 'connected'
        ? { value, remoteCert: this.dtlsRemoteCert }
        : { value };
    default:
      return value === undefined ? {} : { value };
  }
}

/**
 * Keeps the reply that `promise` waited for, and what became of it.
 *
 * @param {Promise<any>} promise - What a method of mediasoup returned.
 * @param {(result: any) => any} [show] - Where that is kept, unless it is the result.
 */
export async function reply(promise, show = (result) => result) {
  const result = await promise;
  const { method, bytes } = last;
  replies.push({ method, bytes, value: (await show(result)) ?? null });
  return result;
}

/** Values that mediasoup's own code handed to its encoders, by kind. */
export const inputs = new Map();

/** Keeps what the encoder `name` of `module` gets. */
function listen(kind, module, name) {
  const encode = module[name];
  inputs.set(kind, []);
  module[name] = (builder, input) => {
    inputs.get(kind).push(structuredClone(input));
    return encode(builder, input);
  };
}

const rtpParameters = load('rtpParametersFbsUtils');
listen('rtpParameters', rtpParameters, 'serializeRtpParameters');
listen('rtpEncodings', rtpParameters, 'serializeRtpEncodingParameters');
listen('rtpMapping', load('ortc'), 'serializeRtpMapping');

/** Answers the next request with a reply of our own. */
export function forgeReply(bodyType, body) {
  forged = receive(
    Body.Response,
    new ResponseT(1, true, bodyType, body),
    new Response(),
  );
}

/** Lets the object with that id get a notification of our own. */
export function forgeNotification(channel, id, event, bodyType, body) {
  const notification = new NotificationT(id, event, bodyType, body);
  channel.emit(
    id,
    event,
    receive(Body.Notification, notification, new Notification()),
  );
}
