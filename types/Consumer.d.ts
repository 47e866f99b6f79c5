import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { ProducerStat } from './Producer';
import type {
  MediaKind,
  RtpCapabilities,
  RtpEncodingParameters,
  RtpParameters,
} from './rtpParameters';
import type { RtpStreamSendStats } from './rtpStreamStats';

/** Options of `transport.consume()`. */
export type ConsumerOptions<ConsumerAppData extends AppData = AppData> = {
  producerId: string;
  /** RTP capabilities of the endpoint. */
  rtpCapabilities: RtpCapabilities;
  /**
   * Default false. Video is best begun paused and resumed once the other side is ready, as the
   * first key frame may get lost otherwise.
   */
  paused?: boolean;
  /** Default: '0', '1', '2'... in this Transport. */
  mid?: string;
  /** Of simulcast or SVC. Default: the highest ones. */
  preferredLayers?: ConsumerLayers;
  /** Send lost packets again, if both sides can. Default true for video, false for audio. */
  enableRtx?: boolean;
  /** Opus: don't forward the packets that only say that there is silence. Default false. */
  ignoreDtx?: boolean;
  /** Forward all encodings of the Producer, as they are. Default false. */
  pipe?: boolean;
  appData?: ConsumerAppData;
};

export type ConsumerType = 'simple' | 'simulcast' | 'svc' | 'pipe';

/** Scores are 0 (nothing arrives) to 10 (all does). */
export type ConsumerScore = {
  /** Of what this Consumer sends. */
  score: number;
  /** Of the encoding that it forwards. */
  producerScore: number;
  /** Of all the Producer's encodings, in their order. */
  producerScores: number[];
};

/** Layers, counted from 0. */
export type ConsumerLayers = {
  spatialLayer: number;
  /** Default: the highest one. */
  temporalLayer?: number;
};

export type ConsumerDump =
  | SimpleConsumerDump
  | SimulcastConsumerDump
  | SvcConsumerDump
  | PipeConsumerDump;

export type SimpleConsumerDump = BaseConsumerDump & {
  type: string;
  rtpStream: RtpStreamDump;
};

/** A layer of -1 is none. */
export type SimulcastConsumerDump = BaseConsumerDump & {
  type: string;
  rtpStream: RtpStreamDump;
  preferredSpatialLayer: number;
  targetSpatialLayer: number;
  currentSpatialLayer: number;
  preferredTemporalLayer: number;
  targetTemporalLayer: number;
  currentTemporalLayer: number;
};

export type SvcConsumerDump = SimulcastConsumerDump;

export type PipeConsumerDump = BaseConsumerDump & {
  type: string;
  rtpStreams: RtpStreamDump[];
};

export type BaseConsumerDump = {
  id: string;
  producerId: string;
  kind: MediaKind;
  rtpParameters: RtpParameters;
  consumableRtpEncodings?: RtpEncodingParameters[];
  supportedCodecPayloadTypes: number[];
  traceEventTypes: string[];
  paused: boolean;
  producerPaused: boolean;
  priority: number;
};

export type RtpStreamDump = {
  params: RtpStreamParametersDump;
  score: number;
  rtxStream?: RtxStreamDump;
};

export type RtpStreamParametersDump = {
  encodingIdx: number;
  ssrc: number;
  payloadType: number;
  mimeType: string;
  clockRate: number;
  rid?: string;
  cname: string;
  rtxSsrc?: number;
  rtxPayloadType?: number;
  useNack: boolean;
  usePli: boolean;
  useFir: boolean;
  useInBandFec: boolean;
  useDtx: boolean;
  spatialLayers: number;
  temporalLayers: number;
};

export type RtxStreamDump = {
  params: RtxStreamParameters;
};

export type RtxStreamParameters = {
  ssrc: number;
  payloadType: number;
  mimeType: string;
  clockRate: number;
  rrid?: string;
  cname: string;
};

export type ConsumerStat = RtpStreamSendStats;

export type ConsumerTraceEventType =
  'rtp' | 'keyframe' | 'nack' | 'pli' | 'fir';

export type ConsumerTraceEventData = {
  type: ConsumerTraceEventType;
  /** Milliseconds of the worker's clock. */
  timestamp: number;
  /** Seen from the worker. */
  direction: 'in' | 'out';
  info: Record<string, unknown>;
};

export type ConsumerEvents = {
  /** The Transport was closed, and this with it. */
  transportclose: [];
  /** The Producer was closed, and this with it. */
  producerclose: [];
  producerpause: [];
  producerresume: [];
  score: [ConsumerScore];
  /** The layers that are sent now; undefined when none is. */
  layerschange: [ConsumerLayers?];
  trace: [ConsumerTraceEventData];
  /** An RTP packet, in a DirectTransport. */
  rtp: [Buffer];
  '@close': [];
  '@producerclose': [];
};

export type ConsumerObserver = EnhancedEventEmitter<ConsumerObserverEvents>;

export type ConsumerObserverEvents = {
  close: [];
  /** Paused, by this Consumer or its Producer. */
  pause: [];
  /** Neither of them is paused any more. */
  resume: [];
  score: [ConsumerScore];
  layerschange: [ConsumerLayers?];
  trace: [ConsumerTraceEventData];
};

/** A Producer's stream on its way out of a Router. */
export interface Consumer<
  ConsumerAppData extends AppData = AppData,
> extends EnhancedEventEmitter<ConsumerEvents> {
  readonly id: string;

  readonly producerId: string;

  readonly closed: boolean;

  readonly kind: MediaKind;

  /** RTP parameters that the endpoint needs to receive it. */
  readonly rtpParameters: RtpParameters;

  readonly type: ConsumerType;

  /** True if this Consumer is paused; its Producer may be all the same. */
  readonly paused: boolean;

  readonly producerPaused: boolean;

  /** 1 (the default) to 255: the higher, the more of the Transport's bitrate it gets. */
  readonly priority: number;

  readonly score: ConsumerScore;

  /** Undefined unless it is simulcast or SVC. */
  readonly preferredLayers: ConsumerLayers | undefined;

  /** Layers being sent; undefined if none are. */
  readonly currentLayers: ConsumerLayers | undefined;

  appData: ConsumerAppData;

  readonly observer: ConsumerObserver;

  close(): void;

  /** @private */
  transportClosed(): void;

  dump(): Promise<ConsumerDump>;

  /** Its own stream, then the one of the Producer that it forwards. */
  getStats(): Promise<(ConsumerStat | ProducerStat)[]>;

  pause(): Promise<void>;

  /** Asks the Producer for a key frame too. */
  resume(): Promise<void>;

  /** Of simulcast or SVC. Lower ones are sent where the link doesn't carry these. */
  setPreferredLayers(preferredLayers: ConsumerLayers): Promise<void>;

  /** 1 to 255. Rejects with a TypeError if it is negative. */
  setPriority(priority: number): Promise<void>;

  /** Back to 1. */
  unsetPriority(): Promise<void>;

  requestKeyFrame(): Promise<void>;

  /** From now on emit `trace` for these, and only these. Default none. */
  enableTraceEvent(types?: ConsumerTraceEventType[]): Promise<void>;
}

export declare const ConsumerImpl: ClassOf<Consumer>;
export type ConsumerImpl<ConsumerAppData extends AppData = AppData> =
  Consumer<ConsumerAppData>;
