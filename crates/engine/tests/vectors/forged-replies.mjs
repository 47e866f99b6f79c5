/**
 * Replies with members that are absent, empty or at their extremes. Written with mediasoup's own FlatBuffers
 * classes, read by its own code.
 */
import { HUGE, NOW, make, values } from './extremes.mjs';
import { forgeReply, reply } from './recorder.mjs';
import { fbs } from './upstream.mjs';

const { Body: R } = fbs('response');
const Transport = fbs('transport');
const WebRtc = fbs('web-rtc-transport');
const Producer = fbs('producer');
const Consumer = fbs('consumer');
const Rtp = fbs('rtp-parameters');
const RtpStream = fbs('rtp-stream');
const RtxStream = fbs('rtx-stream');
const Sctp = fbs('sctp-association');
const { Uint16StringT, Uint32StringT, StringStringT } = fbs('common');

export async function forgedReplies(people) {
  await streams(people);
  await parameters(people);
  await preferredLayers(people);
  await statistics(people);
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
