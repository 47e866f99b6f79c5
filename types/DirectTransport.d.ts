import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type {
  BaseTransportDump,
  BaseTransportStats,
  Transport,
  TransportEvents,
  TransportObserverEvents,
} from './Transport';

export type DirectTransportOptions<
  DirectTransportAppData extends AppData = AppData,
> = {
  /** Bytes of the largest message that DataConsumers emit. Default 262144. */
  maxSendMessageSize?: number;
  /** Bytes of the largest message that DataProducers accept. Default 262144. */
  maxReceiveMessageSize?: number;
  appData?: DirectTransportAppData;
};

export type DirectTransportDump = BaseTransportDump;

export type DirectTransportStat = BaseTransportStats & {
  type: string;
};

export type DirectTransportEvents = TransportEvents & {
  /** An RTCP packet for the other side, which is the application. */
  rtcp: [Buffer];
};

export type DirectTransportObserver =
  EnhancedEventEmitter<DirectTransportObserverEvents>;

export type DirectTransportObserverEvents = TransportObserverEvents & {
  rtcp: [Buffer];
};

/** RTP, RTCP and messages between a Router and this application itself. */
export interface DirectTransport<
  DirectTransportAppData extends AppData = AppData,
> extends Transport<
  DirectTransportAppData,
  DirectTransportEvents,
  DirectTransportObserver
> {
  readonly type: 'direct';

  readonly observer: DirectTransportObserver;

  dump(): Promise<DirectTransportDump>;

  getStats(): Promise<DirectTransportStat[]>;

  /** There is nothing to connect. The three bitrate setters reject with an UnsupportedError. */
  connect(): Promise<void>;

  /** Throws a TypeError if it isn't a Buffer. */
  sendRtcp(rtcpPacket: Buffer): void;
}

export declare const DirectTransportImpl: ClassOf<DirectTransport>;
export type DirectTransportImpl<
  DirectTransportAppData extends AppData = AppData,
> = DirectTransport<DirectTransportAppData>;
