/**
 * Notifications that a worker seldom sends, or sends only where there is a browser: every state, every kind
 * of trace. Written with mediasoup's own FlatBuffers classes, read by its own code.
 */
import { HUGE, NOT_UTF8, NOW, make, values } from './extremes.mjs';
import { forgeNotification } from './recorder.mjs';
import { fbs } from './upstream.mjs';

const { Event, Body: N } = fbs('notification');
const { TraceDirection } = fbs('common');
const Transport = fbs('transport');
const WebRtc = fbs('web-rtc-transport');
const Plain = fbs('plain-transport');
const Direct = fbs('direct-transport');
const Producer = fbs('producer');
const Consumer = fbs('consumer');
const DataConsumer = fbs('data-consumer');
const RtpPacket = fbs('rtp-packet');
const Sctp = fbs('sctp-association');

export function forgedNotifications(people) {
  const channel = people.webRtcTransport.channelForTesting;
  const notify = (object, event, bodyType, body) =>
    forgeNotification(channel, object.id, event, bodyType, body);
  transports(people, notify);
  producers(people, notify);
  consumers(people, notify);
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
