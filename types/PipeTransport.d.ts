import type { AppData, ClassOf, Either, Flat } from './common';
import type { Consumer } from './Consumer';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type {
  SctpAssociation,
  SctpAssociationOptions,
  SctpState,
} from './sctpParameters';
import type { SrtpParameters } from './srtpParameters';
import type {
  BaseTransportDump,
  BaseTransportStats,
  Transport,
  TransportEvents,
  TransportListenInfo,
  TransportListenIp,
  TransportObserverEvents,
  TransportTuple,
} from './Transport';

/** Options of `router.createPipeTransport()`, with one of the two ways to listen. */
export type PipeTransportOptions<
  PipeTransportAppData extends AppData = AppData,
> = Flat<
  SctpAssociationOptions & {
    /** Send lost packets again. Both ends have to want it. Default false. */
    enableRtx?: boolean;
    /** Default false. */
    enableSrtp?: boolean;
    appData?: PipeTransportAppData;
  }
> &
  Either<ListenInfo, ListenIp>;

type ListenInfo = {
  listenInfo: TransportListenInfo;
};

type ListenIp = {
  listenIp: TransportListenIp | string;
  /** Default: one of the Worker's ports. */
  port?: number;
};

/** A pipe's Consumer needs no capabilities: it forwards everything as it is. */
export type PipeConsumerOptions<ConsumerAppData extends AppData = AppData> = {
  producerId: string;
  appData?: ConsumerAppData;
};

export type PipeTransportDump = BaseTransportDump & {
  tuple: TransportTuple;
  rtx: boolean;
  srtpParameters?: SrtpParameters;
};

export type PipeTransportStat = BaseTransportStats & {
  type: string;
  tuple: TransportTuple;
};

export type PipeTransportEvents = TransportEvents & {
  sctpstatechange: [SctpState];
};

export type PipeTransportObserver =
  EnhancedEventEmitter<PipeTransportObserverEvents>;

export type PipeTransportObserverEvents = TransportObserverEvents & {
  sctpstatechange: [SctpState];
};

/** One end of a link between two Routers, of any Workers on any hosts. */
export interface PipeTransport<PipeTransportAppData extends AppData = AppData>
  extends
    Transport<PipeTransportAppData, PipeTransportEvents, PipeTransportObserver>,
    SctpAssociation {
  readonly type: 'pipe';

  readonly observer: PipeTransportObserver;

  /** Has the remote side's address after `connect()`. */
  readonly tuple: TransportTuple;

  /** Undefined without `enableSrtp`. */
  readonly srtpParameters: SrtpParameters | undefined;

  dump(): Promise<PipeTransportDump>;

  getStats(): Promise<PipeTransportStat[]>;

  /** Once only, with the other end's address. `srtpParameters` belong to `enableSrtp`. */
  connect(options: {
    ip: string;
    port: number;
    srtpParameters?: SrtpParameters;
  }): Promise<void>;

  consume<ConsumerAppData extends AppData = AppData>(
    options: PipeConsumerOptions<ConsumerAppData>,
  ): Promise<Consumer<ConsumerAppData>>;
}

export declare const PipeTransportImpl: ClassOf<PipeTransport>;
export type PipeTransportImpl<PipeTransportAppData extends AppData = AppData> =
  PipeTransport<PipeTransportAppData>;
