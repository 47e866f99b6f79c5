import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { MediaKind, RtpParameters } from './rtpParameters';
import type { RtpStreamRecvStats } from './rtpStreamStats';

/** Options of `transport.produce()`. */
export type ProducerOptions<ProducerAppData extends AppData = AppData> = {
  /** Unique in the Router. Default: a random one. */
  id?: string;
  kind: MediaKind;
  /** RTP parameters of the endpoint's stream. */
  rtpParameters: RtpParameters;
  /** Default false. */
  paused?: boolean;
  /** Video: milliseconds between two requests for a key frame, at least. Default 0. */
  keyFrameRequestDelay?: number;
  /** Number received packets in a header extension of their own. Default false. */
  enableMediasoupPacketIdHeaderExtension?: boolean;
  appData?: ProducerAppData;
};

/** By its encodings: one, several, or one with layers inside. */
export type ProducerType = 'simple' | 'simulcast' | 'svc';

/** Score of a received encoding. */
export type ProducerScore = {
  /** Place in `rtpParameters.encodings`. */
  encodingIdx: number;
  ssrc: number;
  rid?: string;
  /** 0 (nothing arrives) to 10 (all does). */
  score: number;
};

/** Orientation of the sender's camera. */
export type ProducerVideoOrientation = {
  /** True if the source is a camera. */
  camera: boolean;
  /** True if the picture is mirrored. */
  flip: boolean;
  /** Clockwise degrees: 0, 90, 180 or 270. */
  rotation: number;
};

export type ProducerDump = {
  id: string;
  kind: string;
  type: ProducerType;
  rtpParameters: RtpParameters;
  rtpMapping: unknown;
  rtpStreams: unknown;
  traceEventTypes: string[];
  paused: boolean;
};

/** One per encoding that has been received. */
export type ProducerStat = RtpStreamRecvStats;

export type ProducerTraceEventType =
  'rtp' | 'keyframe' | 'nack' | 'pli' | 'fir' | 'sr';

export type ProducerTraceEventData = {
  type: ProducerTraceEventType;
  /** Milliseconds of the worker's clock. */
  timestamp: number;
  /** Seen from the worker. */
  direction: 'in' | 'out';
  info: Record<string, unknown>;
};

export type ProducerEvents = {
  /** The Transport was closed, and this with it. */
  transportclose: [];
  score: [ProducerScore[]];
  videoorientationchange: [ProducerVideoOrientation];
  trace: [ProducerTraceEventData];
  '@close': [];
};

export type ProducerObserver = EnhancedEventEmitter<ProducerObserverEvents>;

export type ProducerObserverEvents = {
  close: [];
  pause: [];
  resume: [];
  score: [ProducerScore[]];
  videoorientationchange: [ProducerVideoOrientation];
  trace: [ProducerTraceEventData];
};

/** A stream of audio or video that enters a Router. */
export interface Producer<
  ProducerAppData extends AppData = AppData,
> extends EnhancedEventEmitter<ProducerEvents> {
  readonly id: string;

  readonly closed: boolean;

  readonly kind: MediaKind;

  readonly rtpParameters: RtpParameters;

  readonly type: ProducerType;

  /** @private */
  readonly consumableRtpParameters: RtpParameters;

  readonly paused: boolean;

  /** One entry per encoding, from the first `score` event on. */
  readonly score: ProducerScore[];

  appData: ProducerAppData;

  readonly observer: ProducerObserver;

  /** Closes its Consumers too, with `producerclose`. */
  close(): void;

  /** @private */
  transportClosed(): void;

  dump(): Promise<ProducerDump>;

  getStats(): Promise<ProducerStat[]>;

  /** Nothing is forwarded until `resume()`. */
  pause(): Promise<void>;

  resume(): Promise<void>;

  /** From now on emit `trace` for these, and only these. Default none. */
  enableTraceEvent(types?: ProducerTraceEventType[]): Promise<void>;

  /** Hand in an RTP packet, in a DirectTransport. Throws a TypeError if it isn't a Buffer. */
  send(rtpPacket: Buffer): void;
}

export declare const ProducerImpl: ClassOf<Producer>;
export type ProducerImpl<ProducerAppData extends AppData = AppData> =
  Producer<ProducerAppData>;
