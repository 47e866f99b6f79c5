/**
 * What a worker seldom says, or says only to a browser: every state, every kind of trace, members
 * at their extremes. Written with mediasoup's own FlatBuffers classes, read by its own code.
 */
import { forgeNotification, forgeReply, reply } from './recorder.mjs';
import { fbs } from './upstream.mjs';

const { Event, Body: N } = fbs('notification');
const { Body: R } = fbs('response');
const { TraceDirection } = fbs('common');
const Transport = fbs('transport');
const WebRtc = fbs('web-rtc-transport');
const Plain = fbs('plain-transport');
const Direct = fbs('direct-transport');
const Producer = fbs('producer');
const Consumer = fbs('consumer');
const DataConsumer = fbs('data-consumer');
const Rtp = fbs('rtp-parameters');
const RtpStream = fbs('rtp-stream');
const RtxStream = fbs('rtx-stream');
const RtpPacket = fbs('rtp-packet');
const Sctp = fbs('sctp-association');
const { Uint16StringT, Uint32StringT, StringStringT } = fbs('common');

/** An unpacked table with the given members. */
const make = (Table, members = {}) => Object.assign(new Table(), members);

const values = (names) =>
  Object.values(names).filter((value) => typeof value === 'number');

const NOW = 1700000000123n;
const HUGE = 2n ** 64n - 1n;
const NOT_UTF8 = new Uint8Array([0x61, 0xff, 0xe2, 0x82, 0x62, 0xc3, 0xa9]);

export async function forged(people) {
  const channel = people.webRtcTransport.channelForTesting;
  const notify = (object, event, bodyType, body) =>
    forgeNotification(channel, object.id, event, bodyType, body);
  transports(people, notify);
  producers(people, notify);
  consumers(people, notify);
  await streams(people);
  await parameters(people);
  await preferredLayers(people);
  await statistics(people);
}

function transports(people, notify) {
  const { webRtcTransport, plainTransport, directTransport } = people;
  for (const state of values(WebRtc.IceState)) {
    notify(
      webRtcTransport,
      Event.WEBRTCTRANSPORT_ICE_STATE_CHANGE,
      N.WebRtcTransport_IceStateChangeNotification,
      new WebRtc.IceStateChangeNotificationT(state),
    );
  }
  for (const state of values(WebRtc.DtlsState)) {
    const cert = state === WebRtc.DtlsState.CONNECTED ? '-----BEGIN\n' : null;
    notify(
      webRtcTransport,
      Event.WEBRTCTRANSPORT_DTLS_STATE_CHANGE,
      N.WebRtcTransport_DtlsStateChangeNotification,
      new WebRtc.DtlsStateChangeNotificationT(state, cert),
    );
  }
  for (const state of values(Sctp.SctpState)) {
    notify(
      plainTransport,
      Event.TRANSPORT_SCTP_STATE_CHANGE,
      N.Transport_SctpStateChangeNotification,
      new Transport.SctpStateChangeNotificationT(state),
    );
  }
  notify(
    webRtcTransport,
    Event.WEBRTCTRANSPORT_ICE_SELECTED_TUPLE_CHANGE,
    N.WebRtcTransport_IceSelectedTupleChangeNotification,
    new WebRtc.IceSelectedTupleChangeNotificationT(
      new Transport.TupleT('::1', 65535, '1.2.3.4', 1, Transport.Protocol.TCP),
    ),
  );
  notify(
    plainTransport,
    Event.PLAINTRANSPORT_RTCP_TUPLE,
    N.PlainTransport_RtcpTupleNotification,
    new Plain.RtcpTupleNotificationT(new Transport.TupleT('10.0.0.1', 5)),
  );
  notify(
    directTransport,
    Event.DIRECTTRANSPORT_RTCP,
    N.DirectTransport_RtcpNotification,
    new Direct.RtcpNotificationT([0x80, 201, 0, 1, 0, 0, 0, 1]),
  );
  const trace = (type, direction, infoType, info) =>
    notify(
      webRtcTransport,
      Event.TRANSPORT_TRACE,
      N.Transport_TraceNotification,
      new Transport.TraceNotificationT(type, NOW, direction, infoType, info),
    );
  trace(
    Transport.TraceEventType.PROBATION,
    TraceDirection.DIRECTION_OUT,
    Transport.TraceInfo.NONE,
    null,
  );
  for (const bweType of values(Transport.BweType)) {
    trace(
      Transport.TraceEventType.BWE,
      TraceDirection.DIRECTION_IN,
      Transport.TraceInfo.BweTraceInfo,
      new Transport.BweTraceInfoT(bweType, 1n, 2n, 3n, 4n, 5n, 6n, HUGE),
    );
  }
}

function packet(members) {
  return make(RtpPacket.DumpT, {
    payloadType: 96,
    sequenceNumber: 65535,
    timestamp: 4294967295,
    ssrc: 4294967295,
    size: HUGE,
    payloadSize: 1200n,
    ...members,
  });
}

function traces(notify, object, event, bodyType, FBS) {
  const { TraceEventType: Type, TraceInfo: Info } = FBS;
  const trace = (type, infoType, info) =>
    notify(
      object,
      event,
      bodyType,
      new FBS.TraceNotificationT(
        type,
        NOW,
        TraceDirection.DIRECTION_OUT,
        infoType,
        info,
      ),
    );
  trace(
    Type.KEYFRAME,
    Info.KeyFrameTraceInfo,
    new FBS.KeyFrameTraceInfoT(
      packet({ isKeyFrame: true, mid: 'a', rid: 'b', rrid: '' }),
      true,
    ),
  );
  trace(
    Type.RTP,
    Info.RtpTraceInfo,
    new FBS.RtpTraceInfoT(
      packet({ mid: NOT_UTF8, wideSequenceNumber: 0, marker: true }),
    ),
  );
  trace(Type.FIR, Info.FirTraceInfo, new FBS.FirTraceInfoT(1));
  trace(Type.PLI, Info.PliTraceInfo, new FBS.PliTraceInfoT(4294967295));
  trace(Type.NACK, Info.NONE, null);
  return trace;
}

function producers({ producer }, notify) {
  const trace = traces(
    notify,
    producer,
    Event.PRODUCER_TRACE,
    N.Producer_TraceNotification,
    Producer,
  );
  trace(
    Producer.TraceEventType.SR,
    Producer.TraceInfo.SrTraceInfo,
    new Producer.SrTraceInfoT(1, 2, 3, 4, 5, 4294967295),
  );
  notify(
    producer,
    Event.PRODUCER_SCORE,
    N.Producer_ScoreNotification,
    new Producer.ScoreNotificationT([
      new Producer.ScoreT(0, 1, 'r0', 10),
      new Producer.ScoreT(1, 2, '', 0),
      new Producer.ScoreT(2, 3, null, 5),
    ]),
  );
  notify(
    producer,
    Event.PRODUCER_VIDEO_ORIENTATION_CHANGE,
    N.Producer_VideoOrientationChangeNotification,
    new Producer.VideoOrientationChangeNotificationT(true, false, 270),
  );
}

function consumers({ consumer, dataConsumer }, notify) {
  traces(
    notify,
    consumer,
    Event.CONSUMER_TRACE,
    N.Consumer_TraceNotification,
    Consumer,
  );
  for (const layers of [
    null,
    new Consumer.ConsumerLayersT(1),
    new Consumer.ConsumerLayersT(0, 0),
  ]) {
    notify(
      consumer,
      Event.CONSUMER_LAYERS_CHANGE,
      N.Consumer_LayersChangeNotification,
      new Consumer.LayersChangeNotificationT(layers),
    );
  }
  for (const event of [
    Event.CONSUMER_PRODUCER_PAUSE,
    Event.CONSUMER_PRODUCER_RESUME,
  ]) {
    notify(consumer, event, N.NONE, null);
  }
  for (const event of [
    Event.DATACONSUMER_SCTP_SENDBUFFER_FULL,
    Event.DATACONSUMER_DATAPRODUCER_PAUSE,
    Event.DATACONSUMER_DATAPRODUCER_RESUME,
  ]) {
    notify(dataConsumer, event, N.NONE, null);
  }
  notify(
    dataConsumer,
    Event.DATACONSUMER_BUFFERED_AMOUNT_LOW,
    N.DataConsumer_BufferedAmountLowNotification,
    new DataConsumer.BufferedAmountLowNotificationT(4294967295),
  );
  notify(
    dataConsumer,
    Event.DATACONSUMER_MESSAGE,
    N.DataConsumer_MessageNotification,
    new DataConsumer.MessageNotificationT(4294967295, []),
  );
}

/** Parameters of every type, and members that are absent, empty or at their extremes. */
function rtpParameters() {
  const parameter = (name, type, value) =>
    new Rtp.ParameterT(name, type, value);
  const { Value } = Rtp;
  return make(Rtp.RtpParametersT, {
    mid: '',
    msid: 'stream track',
    codecs: [
      make(Rtp.RtpCodecParametersT, {
        mimeType: 'video/VP9',
        payloadType: 255,
        clockRate: 4294967295,
        parameters: [
          parameter('z', Value.Boolean, new Rtp.BooleanT(1)),
          parameter('2', Value.Integer32, new Rtp.Integer32T(-2147483648)),
          parameter('d', Value.Double, new Rtp.DoubleT(-0.1)),
          parameter('s', Value.String, new Rtp.StringT('"ünïcödé"\u2028')),
          parameter(
            'a',
            Value.Integer32Array,
            new Rtp.Integer32ArrayT([1, -1]),
          ),
          parameter('s', Value.String, new Rtp.StringT('the last one counts')),
        ],
        rtcpFeedback: [
          new Rtp.RtcpFeedbackT('nack', ''),
          new Rtp.RtcpFeedbackT('nack', 'pli'),
          new Rtp.RtcpFeedbackT('goog-remb'),
        ],
      }),
      make(Rtp.RtpCodecParametersT, { mimeType: 'audio/opus', channels: 0 }),
    ],
    headerExtensions: values(Rtp.RtpHeaderExtensionUri).map((uri) =>
      make(Rtp.RtpHeaderExtensionParametersT, {
        uri,
        id: uri + 1,
        encrypt: uri % 2 === 0,
      }),
    ),
    encodings: [
      make(Rtp.RtpEncodingParametersT),
      make(Rtp.RtpEncodingParametersT, {
        ssrc: 0,
        rid: 'r1',
        codecPayloadType: 0,
        rtx: new Rtp.RtxT(4294967295),
        dtx: true,
        scalabilityMode: 'S3T3',
        maxBitrate: 0n,
      }),
    ],
    rtcp: new Rtp.RtcpParametersT('', false),
  });
}

const rtpStreams = () => [
  make(RtpStream.DumpT, {
    params: make(RtpStream.ParamsT, {
      mimeType: 'video/VP8',
      cname: 'c',
      rid: '',
    }),
  }),
  make(RtpStream.DumpT, {
    params: make(RtpStream.ParamsT, {
      encodingIdx: 1,
      ssrc: 4294967295,
      mimeType: 'video/VP8',
      cname: '',
      rid: 'r1',
      rtxSsrc: 0,
      rtxPayloadType: 0,
      useNack: true,
      useInBandFec: true,
      spatialLayers: 3,
      temporalLayers: 3,
    }),
    score: 10,
    rtxStream: new RtxStream.RtxDumpT(
      make(RtxStream.ParamsT, { mimeType: 'video/rtx', cname: 'c', rrid: 'r' }),
    ),
  }),
];

const { TraceEventType: ConsumerTrace } = Consumer;

async function streams({ producer, consumer }) {
  for (const type of values(Rtp.Type)) {
    const bare = type === Rtp.Type.SVC;
    forgeReply(
      R.Consumer_DumpResponse,
      new Consumer.DumpResponseT(
        make(Consumer.ConsumerDumpT, {
          base: make(Consumer.BaseConsumerDumpT, {
            id: 'id',
            type,
            producerId: 'producerId',
            kind: Rtp.MediaKind.VIDEO,
            rtpParameters: rtpParameters(),
            consumableRtpEncodings: bare ? [] : rtpParameters().encodings,
            supportedCodecPayloadTypes: bare ? [] : [0, 101, 255],
            traceEventTypes: bare ? [] : values(ConsumerTrace),
            producerPaused: true,
            priority: 255,
          }),
          rtpStreams: rtpStreams().slice(bare ? 1 : 0),
          ...(bare ? {} : { targetSpatialLayer: -1, currentSpatialLayer: 0 }),
        }),
      ),
    );
    await reply(consumer.dump());
  }
  for (const received of [[], rtpStreams()]) {
    forgeReply(
      R.Producer_DumpResponse,
      make(Producer.DumpResponseT, {
        id: 'id',
        type: Rtp.Type.SVC,
        rtpParameters: rtpParameters(),
        rtpMapping: new Rtp.RtpMappingT(
          [new Rtp.CodecMappingT(96, 101)],
          [
            new Rtp.EncodingMappingT(null, null, 1),
            new Rtp.EncodingMappingT('', 0, 4294967295),
          ],
        ),
        rtpStreams: received,
        traceEventTypes: values(Producer.TraceEventType),
        paused: true,
      }),
    );
    await reply(producer.dump());
  }
}

async function parameters({ webRtcTransport }) {
  forgeReply(
    R.WebRtcTransport_DumpResponse,
    make(WebRtc.DumpResponseT, {
      base: make(Transport.DumpT, {
        id: 'id',
        mapSsrcConsumerId: [new Uint32StringT(4294967295, 'c')],
        mapRtxSsrcConsumerId: [new Uint32StringT(0, 'c')],
        recvRtpHeaderExtensions: new Transport.RecvRtpHeaderExtensionsT(
          1,
          2,
          3,
          4,
          0,
        ),
        rtpListener: new Transport.RtpListenerT(
          [new Uint32StringT(1, 'p')],
          [new StringStringT('mid', 'p')],
          [new StringStringT('rid', 'p')],
        ),
        sctpState: Sctp.SctpState.NEW,
        sctpListener: new Transport.SctpListenerT([new Uint16StringT(9, 'd')]),
        traceEventTypes: values(Transport.TraceEventType),
      }),
      iceRole: WebRtc.IceRole.CONTROLLING,
      iceParameters: new WebRtc.IceParametersT('u', 'p', false),
      iceCandidates: values(Transport.Protocol).map((protocol) =>
        make(WebRtc.IceCandidateT, {
          foundation: 'f',
          priority: 4294967295,
          address: '::1',
          protocol,
          tcpType: protocol === Transport.Protocol.TCP ? 0 : null,
        }),
      ),
      iceSelectedTuple: new Transport.TupleT('::1', 1),
      dtlsParameters: new WebRtc.DtlsParametersT(
        values(WebRtc.FingerprintAlgorithm).map(
          (algorithm) => new WebRtc.FingerprintT(algorithm, 'AA:BB'),
        ),
        WebRtc.DtlsRole.SERVER,
      ),
    }),
  );
  await reply(webRtcTransport.dump());
}

async function preferredLayers({ consumer }) {
  for (const layers of [
    null,
    new Consumer.ConsumerLayersT(255),
    new Consumer.ConsumerLayersT(0, 0),
  ]) {
    forgeReply(
      R.Consumer_SetPreferredLayersResponse,
      new Consumer.SetPreferredLayersResponseT(layers),
    );
    await reply(
      consumer.setPreferredLayers({ spatialLayer: 0 }),
      () => consumer.preferredLayers,
    );
  }
}

const { StatsData } = RtpStream;

function streamStats(dataType, Stats, base, members) {
  return new RtpStream.StatsT(
    dataType,
    make(Stats, {
      base: new RtpStream.StatsT(
        StatsData.BaseStats,
        make(RtpStream.BaseStatsT, { mimeType: 'video/VP8', ...base }),
      ),
      ...members,
    }),
  );
}

async function statistics({ webRtcTransport, producer, consumer }) {
  const received = streamStats(
    StatsData.RecvStats,
    RtpStream.RecvStatsT,
    {
      timestamp: NOW,
      kind: Rtp.MediaKind.VIDEO,
      packetsLost: -1,
      fractionLost: 255,
      roundTripTime: 12.34,
      rid: 'r0',
      rtxSsrc: 0,
      rtxPacketsDiscarded: 5n,
    },
    {
      byteCount: HUGE,
      bitrateByLayer: [
        new RtpStream.BitrateByLayerT('1.0', 2n),
        new RtpStream.BitrateByLayerT('0.0', 1n),
      ],
    },
  );
  const sent = streamStats(
    StatsData.SendStats,
    RtpStream.SendStatsT,
    { rid: '', roundTripTime: 0.1, score: 10 },
    { packetCount: 9007199254740993n, bitrate: 3n },
  );
  for (const stats of [[], [received]]) {
    forgeReply(
      R.Producer_GetStatsResponse,
      new Producer.GetStatsResponseT(stats),
    );
    await reply(producer.getStats());
  }
  forgeReply(
    R.Consumer_GetStatsResponse,
    new Consumer.GetStatsResponseT([sent, received]),
  );
  await reply(consumer.getStats());
  forgeReply(
    R.WebRtcTransport_GetStatsResponse,
    make(WebRtc.GetStatsResponseT, {
      base: make(Transport.StatsT, {
        transportId: 'id',
        timestamp: NOW,
        sctpState: Sctp.SctpState.CONNECTED,
        bytesReceived: HUGE,
        availableOutgoingBitrate: 0n,
        availableIncomingBitrate: 1n,
        rtpPacketLossReceived: 0.1,
        rtpPacketLossSent: 0,
      }),
      iceRole: WebRtc.IceRole.CONTROLLING,
      iceState: WebRtc.IceState.COMPLETED,
      iceSelectedTuple: new Transport.TupleT('::1', 1, '::2', 2),
      dtlsState: WebRtc.DtlsState.FAILED,
    }),
  );
  await reply(webRtcTransport.getStats());
}
