import type { AppData, ClassOf } from './common';
import type { Consumer, ConsumerOptions } from './Consumer';
import type { DataConsumer, DataConsumerOptions } from './DataConsumer';
import type { DataProducer, DataProducerOptions } from './DataProducer';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { Producer, ProducerOptions } from './Producer';
import type {
  SctpNegotiatedCapabilities,
  SctpParameters,
  SctpState,
} from './sctpParameters';

export type { SctpState } from './sctpParameters';

export type TransportType = 'webrtc' | 'plain' | 'pipe' | 'direct';

export type TransportProtocol = 'udp' | 'tcp';

/** Address to listen on, and the address to announce. */
export type TransportListenInfo = {
  protocol: TransportProtocol;
  /** IPv4 or IPv6 address of this machine. */
  ip: string;
  /** @deprecated Give `announcedAddress`. */
  announcedIp?: string;
  /** IPv4, IPv6 or host name by which others reach `ip`, through a NAT for instance. */
  announcedAddress?: string;
  /** With `announcedAddress`, have an ICE candidate with `ip` as well. Default false. */
  exposeInternalIp?: boolean;
  /** Default: one within `portRange`, or else within the Worker's. */
  port?: number;
  /** Goes before `port`. */
  portRange?: TransportPortRange;
  flags?: TransportSocketFlags;
  /** Bytes of the socket's send buffer. */
  sendBufferSize?: number;
  /** Bytes of the socket's receive buffer. */
  recvBufferSize?: number;
};

/** @deprecated Give a TransportListenInfo. */
export type TransportListenIp = {
  ip: string;
  announcedIp?: string;
};

/** Both ends belong to the range. */
export type TransportPortRange = {
  min: number;
  max: number;
};

export type TransportSocketFlags = {
  /** No IPv4 on an IPv6 socket. */
  ipv6Only?: boolean;
  /** Let several UDP sockets have one address and port, for multicast. */
  udpReusePort?: boolean;
};

export type TransportTuple = {
  /** The announced address, if there is one. */
  localIp: string;
  /** The announced address, if there is one. */
  localAddress: string;
  localPort: number;
  remoteIp?: string;
  remotePort?: number;
  protocol: TransportProtocol;
};

/** Producers that packets belong to, by SSRC, MID and RID. */
export type RtpListenerDump = {
  ssrcTable: { key: number; value: string }[];
  midTable: { key: number; value: string }[];
  ridTable: { key: number; value: string }[];
};

/** DataProducers that messages belong to, by stream id. */
export type SctpListenerDump = {
  streamIdTable: { key: number; value: string }[];
};

/** Ids of the header extensions that received packets may have. */
export type RecvRtpHeaderExtensions = {
  mid?: number;
  rid?: number;
  rrid?: number;
  absSendTime?: number;
  transportWideCc01?: number;
};

export type BaseTransportDump = {
  id: string;
  producerIds: string[];
  consumerIds: string[];
  mapSsrcConsumerId: { key: number; value: string }[];
  mapRtxSsrcConsumerId: { key: number; value: string }[];
  recvRtpHeaderExtensions: RecvRtpHeaderExtensions;
  rtpListener: RtpListenerDump;
  maxSendMessageSize: number;
  maxReceiveMessageSize: number;
  dataProducerIds: string[];
  dataConsumerIds: string[];
  sctpParameters?: SctpParameters;
  sctpState?: SctpState;
  sctpNegotiatedCapabilities?: SctpNegotiatedCapabilities;
  sctpListener?: SctpListenerDump;
  traceEventTypes?: string[];
};

/** Sizes are in bytes, rates in bits per second, losses are shares from 0 to 1. */
export type BaseTransportStats = {
  transportId: string;
  /** Milliseconds of the worker's clock. */
  timestamp: number;
  sctpState?: SctpState;
  bytesReceived: number;
  recvBitrate: number;
  bytesSent: number;
  sendBitrate: number;
  rtpBytesReceived: number;
  rtpRecvBitrate: number;
  rtpBytesSent: number;
  rtpSendBitrate: number;
  rtxBytesReceived: number;
  rtxRecvBitrate: number;
  rtxBytesSent: number;
  rtxSendBitrate: number;
  probationBytesSent: number;
  probationSendBitrate: number;
  availableOutgoingBitrate?: number;
  availableIncomingBitrate?: number;
  maxIncomingBitrate?: number;
  maxOutgoingBitrate?: number;
  minOutgoingBitrate?: number;
  rtpPacketLossReceived?: number;
  rtpPacketLossSent?: number;
};

export type TransportTraceEventType = 'probation' | 'bwe';

export type TransportTraceEventData = {
  type: TransportTraceEventType;
  /** Milliseconds of the worker's clock. */
  timestamp: number;
  /** Seen from the worker. */
  direction: 'in' | 'out';
  /** A packet for `probation`, an estimation for `bwe`. */
  info: unknown;
};

export type TransportEvents = {
  /** The Router was closed, and this with it. */
  routerclose: [];
  /** The WebRtcServer was closed, and this with it. */
  listenserverclose: [];
  trace: [TransportTraceEventData];
  '@close': [];
  '@newproducer': [Producer];
  '@producerclose': [Producer];
  '@newdataproducer': [DataProducer];
  '@dataproducerclose': [DataProducer];
  '@listenserverclose': [];
};

export type TransportObserver = EnhancedEventEmitter<TransportObserverEvents>;

export type TransportObserverEvents = {
  close: [];
  newproducer: [Producer];
  newconsumer: [Consumer];
  newdataproducer: [DataProducer];
  newdataconsumer: [DataConsumer];
  trace: [TransportTraceEventData];
};

/** Common part of the four kinds of connection to a Router. */
export interface Transport<
  TransportAppData extends AppData = AppData,
  Events extends TransportEvents = TransportEvents,
  Observer extends TransportObserver = TransportObserver,
> extends EnhancedEventEmitter<Events> {
  readonly id: string;

  readonly closed: boolean;

  readonly type: TransportType;

  appData: TransportAppData;

  readonly observer: Observer;

  /** Closes everything that was produced and consumed here too, with `transportclose`. */
  close(): void;

  /** @private */
  routerClosed(): void;

  /** @private */
  listenServerClosed(): void;

  dump(): Promise<unknown>;

  getStats(): Promise<unknown[]>;

  /** Tells where and how the other side is; what that takes depends on the kind of Transport. */
  connect(params: unknown): Promise<void>;

  /** Bits per second that the other side may send. 0: unlimited. */
  setMaxIncomingBitrate(bitrate: number): Promise<void>;

  /** Bits per second that may be sent, however good the link is. 0: unlimited. */
  setMaxOutgoingBitrate(bitrate: number): Promise<void>;

  /** Bits per second that may always be sent, however bad the link is. 0: none. */
  setMinOutgoingBitrate(bitrate: number): Promise<void>;

  /**
   * Receive a stream of audio or video from the other side. Rejects with a TypeError for wrong
   * parameters, with an UnsupportedError for a codec that the Router wasn't created with.
   */
  produce<ProducerAppData extends AppData = AppData>(
    options: ProducerOptions<ProducerAppData>,
  ): Promise<Producer<ProducerAppData>>;

  /**
   * Send the stream of a Producer of this Router to the other side. Rejects with a NotFoundError
   * for a Producer of elsewhere, with an UnsupportedError if the other side understands none of
   * its codecs.
   */
  consume<ConsumerAppData extends AppData = AppData>(
    options: ConsumerOptions<ConsumerAppData>,
  ): Promise<Consumer<ConsumerAppData>>;

  /** Receive messages from the other side. Options may be left out in a DirectTransport only. */
  produceData<DataProducerAppData extends AppData = AppData>(
    options?: DataProducerOptions<DataProducerAppData>,
  ): Promise<DataProducer<DataProducerAppData>>;

  /**
   * Send the messages of a DataProducer of this Router to the other side. Rejects with a
   * NotFoundError for a DataProducer of elsewhere.
   */
  consumeData<DataConsumerAppData extends AppData = AppData>(
    options: DataConsumerOptions<DataConsumerAppData>,
  ): Promise<DataConsumer<DataConsumerAppData>>;

  /** From now on emit `trace` for these, and only these. Default none. */
  enableTraceEvent(types?: TransportTraceEventType[]): Promise<void>;
}

export declare const TransportImpl: ClassOf<Transport>;
export type TransportImpl<
  TransportAppData extends AppData = AppData,
  Events extends TransportEvents = TransportEvents,
  Observer extends TransportObserver = TransportObserver,
> = Transport<TransportAppData, Events, Observer>;
