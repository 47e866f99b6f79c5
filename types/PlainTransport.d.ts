import type { AppData, ClassOf, Either, Flat } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type {
  SctpAssociation,
  SctpAssociationOptions,
  SctpState,
} from './sctpParameters';
import type { SrtpCryptoSuite, SrtpParameters } from './srtpParameters';
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

/** Options of `router.createPlainTransport()`, with one of the two ways to listen. */
export type PlainTransportOptions<
  PlainTransportAppData extends AppData = AppData,
> = Flat<
  SctpAssociationOptions & {
    /** RTP and RTCP over one port. Default true. */
    rtcpMux?: boolean;
    /**
     * Take the address of the first packet for the other side's. `connect()` is then for SRTP keys
     * only. Default false.
     */
    comedia?: boolean;
    /** Default false. */
    enableSrtp?: boolean;
    /** Default 'AES_CM_128_HMAC_SHA1_80'. */
    srtpCryptoSuite?: SrtpCryptoSuite;
    appData?: PlainTransportAppData;
  }
> &
  Either<ListenInfo, ListenIp>;

type ListenInfo = {
  listenInfo: TransportListenInfo;
  /** For RTCP; turns `rtcpMux` off. Default without `rtcpMux`: as `listenInfo`, another port. */
  rtcpListenInfo?: TransportListenInfo;
};

type ListenIp = {
  listenIp: TransportListenIp | string;
  /** Default: one of the Worker's ports. */
  port?: number;
};

export type PlainTransportDump = BaseTransportDump & {
  rtcpMux: boolean;
  comedia: boolean;
  tuple: TransportTuple;
  rtcpTuple?: TransportTuple;
  srtpParameters?: SrtpParameters;
};

export type PlainTransportStat = BaseTransportStats & {
  type: string;
  rtcpMux: boolean;
  comedia: boolean;
  tuple: TransportTuple;
  rtcpTuple?: TransportTuple;
};

export type PlainTransportEvents = TransportEvents & Changes;

export type PlainTransportObserver =
  EnhancedEventEmitter<PlainTransportObserverEvents>;

export type PlainTransportObserverEvents = TransportObserverEvents & Changes;

type Changes = {
  /** With `comedia`: the other side's address for RTP has been learnt. */
  tuple: [TransportTuple];
  /** With `comedia` and without `rtcpMux`: the one for RTCP has. */
  rtcptuple: [TransportTuple];
  sctpstatechange: [SctpState];
};

/** RTP and RTCP, or SRTP, over UDP without ICE and DTLS. */
export interface PlainTransport<PlainTransportAppData extends AppData = AppData>
  extends
    Transport<
      PlainTransportAppData,
      PlainTransportEvents,
      PlainTransportObserver
    >,
    SctpAssociation {
  readonly type: 'plain';

  readonly observer: PlainTransportObserver;

  /** Has the remote side's address after `connect()`, or with `comedia` the first packet. */
  readonly tuple: TransportTuple;

  /** Undefined with `rtcpMux`. */
  readonly rtcpTuple: TransportTuple | undefined;

  /** Undefined without `enableSrtp`. */
  readonly srtpParameters: SrtpParameters | undefined;

  dump(): Promise<PlainTransportDump>;

  getStats(): Promise<PlainTransportStat[]>;

  /** Once only. `srtpParameters` belong to `enableSrtp`, `rtcpPort` to `rtcpMux: false`. */
  connect(options: {
    ip?: string;
    port?: number;
    rtcpPort?: number;
    srtpParameters?: SrtpParameters;
  }): Promise<void>;
}

export declare const PlainTransportImpl: ClassOf<PlainTransport>;
export type PlainTransportImpl<
  PlainTransportAppData extends AppData = AppData,
> = PlainTransport<PlainTransportAppData>;
