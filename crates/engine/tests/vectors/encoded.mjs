/**
 * Vectors of mediasoup's encoders: values that its own code gave them, and values
 * that an application could give, odd ones above all. A vector has the bytes of a table, or the error.
 */
import {
  oddDtlsParameters,
  oddLayers,
  oddListenInfo,
  oddRtpEncodings,
  oddRtpMapping,
  oddRtpParameters,
  oddSctpStreamParameters,
  oddSrtpParameters,
  oddTraceEvents,
} from './odd.mjs';
import { fbs, flatbuffers, load } from './upstream.mjs';

const rtp = load('rtpParametersFbsUtils');
const ortc = load('ortc');
const { serializeSctpStreamParameters } = load('sctpParametersFbsUtils');
const { serializeSrtpParameters } = load('srtpParametersFbsUtils');
const { RouterImpl } = load('Router');
const { WebRtcTransportImpl } = load('WebRtcTransport');
const { ProducerImpl } = load('Producer');
const { ConsumerImpl } = load('Consumer');
const { RtpParameters, RtcpParameters } = fbs('rtp-parameters');

/** A channel that ends with the request it gets. */
class Sink {
  bufferBuilder;

  constructor(builder) {
    this.bufferBuilder = builder;
  }

  on() {}

  request(_method, _bodyType, body) {
    throw new Sent(body);
  }
}

class Sent extends Error {
  constructor(body) {
    super('sent');
    this.body = body;
  }
}

/** An encoder that is the beginning of a method of a class. */
const method = (Class, call) => (builder, input) => {
  const object = new Class({
    internal: { routerId: 'r' },
    data: {},
    channel: new Sink(builder),
  });
  return call(object, input);
};

/** A vector of encodings is not a table; here it goes into one. */
function encodingsTable(builder, encodings) {
  const codecs = RtpParameters.createCodecsVector(builder, []);
  const extensions = RtpParameters.createHeaderExtensionsVector(builder, []);
  const vector = rtp.serializeRtpEncodingParameters(builder, encodings);
  const rtcp = RtcpParameters.createRtcpParameters(builder, 0, true);
  RtpParameters.startRtpParameters(builder);
  RtpParameters.addCodecs(builder, codecs);
  RtpParameters.addHeaderExtensions(builder, extensions);
  RtpParameters.addEncodings(builder, vector);
  RtpParameters.addRtcp(builder, rtcp);
  return RtpParameters.endRtpParameters(builder);
}

/** By kind: what encodes, and what it is given. */
const KINDS = {
  rtpParameters: [rtp.serializeRtpParameters, oddRtpParameters],
  rtpEncodings: [encodingsTable, oddRtpEncodings],
  rtpMapping: [ortc.serializeRtpMapping, oddRtpMapping],
  sctpStreamParameters: [
    serializeSctpStreamParameters,
    oddSctpStreamParameters,
  ],
  srtpParameters: [serializeSrtpParameters, oddSrtpParameters],
  dtlsParameters: [
    method(WebRtcTransportImpl, (transport, dtlsParameters) =>
      transport.connect({ dtlsParameters }),
    ),
    oddDtlsParameters,
  ],
  listenInfo: [
    method(RouterImpl, (router, listenInfo) =>
      router.createPipeTransport({ listenInfo }),
    ),
    oddListenInfo,
  ],
  transportTraceEvents: [
    method(WebRtcTransportImpl, (transport, types) =>
      transport.enableTraceEvent(types),
    ),
    oddTraceEvents,
  ],
  producerTraceEvents: [
    method(ProducerImpl, (producer, types) => producer.enableTraceEvent(types)),
    oddTraceEvents,
  ],
  consumerTraceEvents: [
    method(ConsumerImpl, (consumer, types) => consumer.enableTraceEvent(types)),
    oddTraceEvents,
  ],
  preferredLayers: [
    method(ConsumerImpl, (consumer, layers) =>
      consumer.setPreferredLayers(layers),
    ),
    oddLayers,
  ],
};

async function vectorOf(encode, input) {
  const builder = new flatbuffers.Builder();
  let table;
  try {
    table = await encode(builder, input);
  } catch (error) {
    if (!(error instanceof Sent)) {
      return { input, error: { name: error.name, message: error.message } };
    }
    table = error.body;
  }
  builder.finish(table);
  return { input, bytes: Buffer.from(builder.asUint8Array()).toString('hex') };
}

/** @param {Map<string, any[]>} seen - What mediasoup's own code encoded, by kind. */
export async function encoded(seen) {
  const groups = {};
  for (const [kind, [encode, odd]] of Object.entries(KINDS)) {
    const inputs = [...(seen.get(kind) ?? []), ...odd()];
    groups[kind] = await Promise.all(
      inputs.map((input) => vectorOf(encode, input)),
    );
  }
  return groups;
}
