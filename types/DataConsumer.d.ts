import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { SctpStreamParameters } from './sctpParameters';

/**
 * Options of `transport.consumeData()`. What concerns reliability is for SCTP only, and is the
 * DataProducer's by default.
 */
export type DataConsumerOptions<DataConsumerAppData extends AppData = AppData> =
  {
    dataProducerId: string;
    ordered?: boolean;
    /** Milliseconds after which an unordered message isn't sent again. */
    maxPacketLifeTime?: number;
    /** Maximum number of retransmissions of an unordered message. */
    maxRetransmits?: number;
    /** Default false. */
    paused?: boolean;
    /** Numbers from 0 to 65535; see `dataProducer.send()`. Default none. */
    subchannels?: number[];
    appData?: DataConsumerAppData;
  };

export type DataConsumerType = 'sctp' | 'direct';

export type DataConsumerDump = {
  id: string;
  paused: boolean;
  dataProducerPaused: boolean;
  subchannels: number[];
  dataProducerId: string;
  type: DataConsumerType;
  sctpStreamParameters?: SctpStreamParameters;
  label: string;
  protocol: string;
  bufferedAmount: number;
  bufferedAmountLowThreshold: number;
};

export type DataConsumerStat = {
  type: string;
  /** Milliseconds of the worker's clock. */
  timestamp: number;
  label: string;
  protocol: string;
  messagesSent: number;
  bytesSent: number;
  bufferedAmount: number;
};

export type DataConsumerEvents = {
  /** The Transport was closed, and this with it. */
  transportclose: [];
  /** The DataProducer was closed, and this with it. */
  dataproducerclose: [];
  dataproducerpause: [];
  dataproducerresume: [];
  /** A message and its PPID, in a DirectTransport. */
  message: [Buffer, number];
  /** A message was dropped: too much waits to be sent. */
  sctpsendbufferfull: [];
  /** The buffered amount has fallen to the threshold or below; the argument is in bytes. */
  bufferedamountlow: [number];
  '@close': [];
  '@dataproducerclose': [];
};

export type DataConsumerObserver =
  EnhancedEventEmitter<DataConsumerObserverEvents>;

export type DataConsumerObserverEvents = {
  close: [];
  /** Paused, by this DataConsumer or its DataProducer. */
  pause: [];
  /** Neither of them is paused any more. */
  resume: [];
};

/** A DataProducer's messages on their way out of a Router. */
export interface DataConsumer<
  DataConsumerAppData extends AppData = AppData,
> extends EnhancedEventEmitter<DataConsumerEvents> {
  readonly id: string;

  readonly dataProducerId: string;

  readonly closed: boolean;

  readonly type: DataConsumerType;

  /** Undefined in a DirectTransport. */
  readonly sctpStreamParameters: SctpStreamParameters | undefined;

  readonly label: string;

  readonly protocol: string;

  /** True if this DataConsumer is paused; its DataProducer may be all the same. */
  readonly paused: boolean;

  readonly dataProducerPaused: boolean;

  readonly subchannels: number[];

  appData: DataConsumerAppData;

  readonly observer: DataConsumerObserver;

  close(): void;

  /** @private */
  transportClosed(): void;

  dump(): Promise<DataConsumerDump>;

  getStats(): Promise<DataConsumerStat[]>;

  pause(): Promise<void>;

  resume(): Promise<void>;

  /** Bytes at or under which the send buffer has to fall for `bufferedamountlow`. */
  setBufferedAmountLowThreshold(threshold: number): Promise<void>;

  /** Bytes that wait to be sent. */
  getBufferedAmount(): Promise<number>;

  /**
   * Send a message of the application's own, over SCTP. Resolves with the bytes that then wait.
   *
   * @param ppid - Kind of message. Default: 51 for a string, 53 for a Buffer, 56 and 57 if empty.
   */
  send(message: string | Buffer, ppid?: number): Promise<number>;

  /** Have these, and no others. */
  setSubchannels(subchannels: number[]): Promise<void>;

  addSubchannel(subchannel: number): Promise<void>;

  removeSubchannel(subchannel: number): Promise<void>;
}

export declare const DataConsumerImpl: ClassOf<DataConsumer>;
export type DataConsumerImpl<DataConsumerAppData extends AppData = AppData> =
  DataConsumer<DataConsumerAppData>;
