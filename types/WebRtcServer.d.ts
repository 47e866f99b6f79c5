import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { TransportListenInfo } from './Transport';
import type { WebRtcTransport } from './WebRtcTransport';

export type WebRtcServerOptions<WebRtcServerAppData extends AppData = AppData> =
  {
    /** At least one. Without `port` and `portRange`, one of the Worker's ports is taken. */
    listenInfos: TransportListenInfo[];
    appData?: WebRtcServerAppData;
  };

/** @deprecated It is a TransportListenInfo. */
export type WebRtcServerListenInfo = TransportListenInfo;

export type IpPort = {
  ip: string;
  port: number;
};

export type IceUserNameFragment = {
  localIceUsernameFragment: string;
  webRtcTransportId: string;
};

export type WebRtcServerDump = {
  id: string;
  udpSockets: IpPort[];
  tcpServers: IpPort[];
  webRtcTransportIds: string[];
  localIceUsernameFragments: IceUserNameFragment[];
};

export type WebRtcServerEvents = {
  /** The Worker was closed or died, and this with it. */
  workerclose: [];
  '@close': [];
};

export type WebRtcServerObserver =
  EnhancedEventEmitter<WebRtcServerObserverEvents>;

export type WebRtcServerObserverEvents = {
  close: [];
  /** A WebRtcTransport listens here from now on. */
  webrtctransporthandled: [WebRtcTransport];
  /** It does no longer. */
  webrtctransportunhandled: [WebRtcTransport];
};

/** Ports that many WebRtcTransports of a Worker share. */
export interface WebRtcServer<
  WebRtcServerAppData extends AppData = AppData,
> extends EnhancedEventEmitter<WebRtcServerEvents> {
  readonly id: string;

  readonly closed: boolean;

  appData: WebRtcServerAppData;

  readonly observer: WebRtcServerObserver;

  /** Closes the WebRtcTransports that listen here too, with `listenserverclose`. */
  close(): void;

  /** @private */
  workerClosed(): void;

  dump(): Promise<WebRtcServerDump>;

  /** @private */
  handleWebRtcTransport(webRtcTransport: WebRtcTransport): void;
}

export declare const WebRtcServerImpl: ClassOf<WebRtcServer>;
export type WebRtcServerImpl<WebRtcServerAppData extends AppData = AppData> =
  WebRtcServer<WebRtcServerAppData>;
