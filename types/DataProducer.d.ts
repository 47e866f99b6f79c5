import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { SctpStreamParameters } from './sctpParameters';

/** Options of `transport.produceData()`. */
export type DataProducerOptions<DataProducerAppData extends AppData = AppData> =
  {
    /** Unique in the Router. Default: a random one. */
    id?: string;
    /** SCTP stream parameters of the endpoint; required but for DirectTransports. */
    sctpStreamParameters?: SctpStreamParameters;
    /** Default ''. */
    label?: string;
    /** Default ''. */
    protocol?: string;
    /** Default false. */
    paused?: boolean;
    appData?: DataProducerAppData;
  };

export type DataProducerType = 'sctp' | 'direct';

export type DataProducerDump = {
  id: string;
  paused: boolean;
  type: DataProducerType;
  sctpStreamParameters?: SctpStreamParameters;
  label: string;
  protocol: string;
};

export type DataProducerStat = {
  type: string;
  /** Milliseconds of the worker's clock. */
  timestamp: number;
  label: string;
  protocol: string;
  messagesReceived: number;
  bytesReceived: number;
};

export type DataProducerEvents = {
  /** The Transport was closed, and this with it. */
  transportclose: [];
  '@close': [];
};

export type DataProducerObserver =
  EnhancedEventEmitter<DataProducerObserverEvents>;

export type DataProducerObserverEvents = {
  close: [];
  pause: [];
  resume: [];
};

/** Messages that enter a Router. */
export interface DataProducer<
  DataProducerAppData extends AppData = AppData,
> extends EnhancedEventEmitter<DataProducerEvents> {
  readonly id: string;

  readonly closed: boolean;

  readonly type: DataProducerType;

  /** Undefined in a DirectTransport. */
  readonly sctpStreamParameters: SctpStreamParameters | undefined;

  readonly label: string;

  readonly protocol: string;

  readonly paused: boolean;

  appData: DataProducerAppData;

  readonly observer: DataProducerObserver;

  /** Closes its DataConsumers too, with `dataproducerclose`. */
  close(): void;

  /** @private */
  transportClosed(): void;

  dump(): Promise<DataProducerDump>;

  getStats(): Promise<DataProducerStat[]>;

  /** Nothing is forwarded until `resume()`. */
  pause(): Promise<void>;

  resume(): Promise<void>;

  /**
   * Hand in a message, in a DirectTransport.
   *
   * @param ppid - Kind of message. Default: 51 for a string, 53 for a Buffer, 56 and 57 if empty.
   * @param subchannels - Only DataConsumers that have one of these get it. Default: all get it.
   * @param requiredSubchannel - DataConsumers without it don't get it.
   * @param ignoredSubchannel - DataConsumers that have it don't get it.
   */
  send(
    message: string | Buffer,
    ppid?: number,
    subchannels?: number[],
    requiredSubchannel?: number,
    ignoredSubchannel?: number,
  ): void;
}

export declare const DataProducerImpl: ClassOf<DataProducer>;
export type DataProducerImpl<DataProducerAppData extends AppData = AppData> =
  DataProducer<DataProducerAppData>;
