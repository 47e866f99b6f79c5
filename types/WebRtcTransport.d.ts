import type { AppData, ClassOf, Either, Flat } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type {
  SctpAssociation,
  SctpAssociationOptions,
  SctpState,
} from './sctpParameters';
import type {
  BaseTransportDump,
  BaseTransportStats,
  Transport,
  TransportEvents,
  TransportListenInfo,
  TransportListenIp,
  TransportObserverEvents,
  TransportProtocol,
  TransportTuple,
} from './Transport';
import type { WebRtcServer } from './WebRtcServer';

/** Options of `router.createWebRtcTransport()`, with one of the three ways to listen. */
export type WebRtcTransportOptions<
  WebRtcTransportAppData extends AppData = AppData,
> = Flat<
  SctpAssociationOptions & {
    /** Default true. */
    enableUdp?: boolean;
    /** Default false, true with a `webRtcServer`. */
    enableTcp?: boolean;
    /** Give UDP candidates the higher priority. Default false. */
    preferUdp?: boolean;
    /** Give TCP candidates the higher priority. Default false. */
    preferTcp?: boolean;
    /** Seconds without a sign of the other side until `disconnected`; 0 never. Default 30. */
    iceConsentTimeout?: number;
    /** Bits per second to start the estimation with. Default 600000. */
    initialAvailableOutgoingBitrate?: number;
    appData?: WebRtcTransportAppData;
  }
> &
  Either<Either<ListenInfos, ListenIps>, ListenServer>;

type ListenInfos = {
  /** In order of preference. */
  listenInfos: TransportListenInfo[];
};

type ListenIps = {
  /** In order of preference. */
  listenIps: (TransportListenIp | string)[];
  /** Default: one of the Worker's ports. */
  port?: number;
};

type ListenServer = {
  /** Of the Router's Worker. */
  webRtcServer: WebRtcServer;
};

export type IceParameters = {
  usernameFragment: string;
  password: string;
  iceLite?: boolean;
};

export type IceCandidate = {
  foundation: string;
  priority: number;
  /** The same as `address`, for older clients. */
  ip: string;
  /** The announced address, if there is one. */
  address: string;
  protocol: TransportProtocol;
  port: number;
  type: IceCandidateType;
  /** Of a TCP candidate. */
  tcpType?: IceCandidateTcpType;
};

export type DtlsParameters = {
  /** Default 'auto'. */
  role?: DtlsRole;
  fingerprints: DtlsFingerprint[];
};

/** Names of hash functions as RFC 8122 lists them. */
export type FingerprintAlgorithm =
  'sha-1' | 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512';

/** Hash of a certificate: pairs of hexadecimal digits, with colons between. */
export type DtlsFingerprint = {
  algorithm: FingerprintAlgorithm;
  value: string;
};

export type IceRole = 'controlled' | 'controlling';

export type IceState =
  'new' | 'connected' | 'completed' | 'disconnected' | 'closed';

export type IceCandidateType = 'host';

export type IceCandidateTcpType = 'passive';

export type DtlsRole = 'auto' | 'client' | 'server';

export type DtlsState =
  'new' | 'connecting' | 'connected' | 'failed' | 'closed';

export type WebRtcTransportDump = BaseTransportDump & {
  iceRole: 'controlled';
  iceParameters: IceParameters;
  iceCandidates: IceCandidate[];
  iceState: IceState;
  iceSelectedTuple?: TransportTuple;
  dtlsParameters: DtlsParameters;
  dtlsState: DtlsState;
  dtlsRemoteCert?: string;
};

export type WebRtcTransportStat = BaseTransportStats & {
  type: string;
  iceRole: string;
  iceState: IceState;
  iceSelectedTuple?: TransportTuple;
  dtlsState: DtlsState;
};

export type WebRtcTransportEvents = TransportEvents & StateChanges;

export type WebRtcTransportObserver =
  EnhancedEventEmitter<WebRtcTransportObserverEvents>;

export type WebRtcTransportObserverEvents = TransportObserverEvents &
  StateChanges;

type StateChanges = {
  icestatechange: [IceState];
  iceselectedtuplechange: [TransportTuple];
  dtlsstatechange: [DtlsState];
  sctpstatechange: [SctpState];
};

/** Connection by ICE and DTLS, the way of browsers. */
export interface WebRtcTransport<
  WebRtcTransportAppData extends AppData = AppData,
>
  extends
    Transport<
      WebRtcTransportAppData,
      WebRtcTransportEvents,
      WebRtcTransportObserver
    >,
    SctpAssociation {
  readonly type: 'webrtc';

  readonly observer: WebRtcTransportObserver;

  readonly iceRole: 'controlled';

  /** ICE parameters for the endpoint. `restartIce()` replaces them. */
  readonly iceParameters: IceParameters;

  readonly iceCandidates: IceCandidate[];

  readonly iceState: IceState;

  /** The addresses in use, while ICE is connected or completed. */
  readonly iceSelectedTuple: TransportTuple | undefined;

  /** DTLS parameters for the endpoint. `connect()` settles the role. */
  readonly dtlsParameters: DtlsParameters;

  readonly dtlsState: DtlsState;

  /** PEM, once DTLS is connected. */
  readonly dtlsRemoteCert: string | undefined;

  dump(): Promise<WebRtcTransportDump>;

  getStats(): Promise<WebRtcTransportStat[]>;

  /** Once only. Rejects with an Error the second time, with a TypeError for wrong parameters. */
  connect(options: { dtlsParameters: DtlsParameters }): Promise<void>;

  /** New ICE parameters, to be handed to the other side. */
  restartIce(): Promise<IceParameters>;
}

export declare const WebRtcTransportImpl: ClassOf<WebRtcTransport>;
export type WebRtcTransportImpl<
  WebRtcTransportAppData extends AppData = AppData,
> = WebRtcTransport<WebRtcTransportAppData>;
