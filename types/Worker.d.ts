import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { Router, RouterOptions } from './Router';
import type { WebRtcServer, WebRtcServerOptions } from './WebRtcServer';

export type WorkerLogLevel = 'debug' | 'warn' | 'error' | 'none';

export type WorkerLogTag =
  | 'info'
  | 'ice'
  | 'dtls'
  | 'rtp'
  | 'srtp'
  | 'rtcp'
  | 'rtx'
  | 'bwe'
  | 'score'
  | 'simulcast'
  | 'svc'
  | 'sctp'
  | 'message';

/** Options of `createWorker()`. */
export type WorkerSettings<WorkerAppData extends AppData = AppData> = {
  /** Level of the process's log. Default 'error'. */
  logLevel?: WorkerLogLevel;
  /** Subjects that it logs at levels 'debug' and 'warn'. Default none. */
  logTags?: WorkerLogTag[];
  /**
   * Lowest port for media. Default 10000.
   *
   * @deprecated Give `portRange` in a TransportListenInfo.
   */
  rtcMinPort?: number;
  /**
   * Highest port for media. Default 59999.
   *
   * @deprecated Give `portRange` in a TransportListenInfo.
   */
  rtcMaxPort?: number;
  /** PEM file with the DTLS certificate. Default: the process makes one. */
  dtlsCertificateFile?: string;
  /** PEM file with the private key of that certificate. */
  dtlsPrivateKeyFile?: string;
  /** Worker binary to run instead of `workerBin`, before MEDIASOUP_WORKER_BIN too. */
  workerBin?: string;
  /**
   * Field trials of libwebrtc. Default 'WebRTC-Bwe-AlrLimitedBackoff/Enabled/'. A wrong value
   * crashes the process.
   */
  libwebrtcFieldTrials?: string;
  appData?: WorkerAppData;
};

/** Settings that can change while the Worker runs. */
export type WorkerUpdateableSettings<T extends AppData = AppData> = Pick<
  WorkerSettings<T>,
  'logLevel' | 'logTags'
>;

/** `getrusage()` of the process. Times are in milliseconds, the rest are the kernel's numbers. */
export type WorkerResourceUsage = {
  /** CPU time in user mode. */
  ru_utime: number;
  /** CPU time in the kernel. */
  ru_stime: number;
  /** Peak of resident memory. */
  ru_maxrss: number;
  ru_ixrss: number;
  ru_idrss: number;
  ru_isrss: number;
  /** Page faults served without reading a disk. */
  ru_minflt: number;
  /** Page faults that read a disk. */
  ru_majflt: number;
  ru_nswap: number;
  ru_inblock: number;
  ru_oublock: number;
  ru_msgsnd: number;
  ru_msgrcv: number;
  ru_nsignals: number;
  /** Times the process gave way by itself. */
  ru_nvcsw: number;
  /** Times it was made to. */
  ru_nivcsw: number;
};

export type WorkerDump = {
  pid: number;
  webRtcServerIds: string[];
  routerIds: string[];
  channelMessageHandlers: {
    channelRequestHandlers: string[];
    channelNotificationHandlers: string[];
  };
};

export type WorkerEvents = {
  /** The process ended, and not by `close()`. `subprocessclose` and the observer's `close` follow. */
  died: [Error];
  /** The process is gone, however it ended. */
  subprocessclose: [];
  '@success': [];
  '@failure': [Error];
};

export type WorkerObserver = EnhancedEventEmitter<WorkerObserverEvents>;

export type WorkerObserverEvents = {
  close: [];
  newwebrtcserver: [WebRtcServer];
  newrouter: [Router];
};

/** A process that moves media, and the root of everything that lives in it. */
export interface Worker<
  WorkerAppData extends AppData = AppData,
> extends EnhancedEventEmitter<WorkerEvents> {
  /** Process id. */
  readonly pid: number;

  readonly closed: boolean;

  /** True if it was closed by the end of its process. */
  readonly died: boolean;

  /** True if the process is gone; after `close()` that takes a moment. */
  readonly subprocessClosed: boolean;

  appData: WorkerAppData;

  readonly observer: WorkerObserver;

  /** Ends the process, and closes all WebRtcServers and Routers at once. */
  close(): void;

  dump(): Promise<WorkerDump>;

  getResourceUsage(): Promise<WorkerResourceUsage>;

  updateSettings(
    options?: WorkerUpdateableSettings<WorkerAppData>,
  ): Promise<void>;

  /** Rejects with an Error when an address or port can't be bound. */
  createWebRtcServer<WebRtcServerAppData extends AppData = AppData>(
    options: WebRtcServerOptions<WebRtcServerAppData>,
  ): Promise<WebRtcServer<WebRtcServerAppData>>;

  /** Rejects with an UnsupportedError for a codec that isn't known. */
  createRouter<RouterAppData extends AppData = AppData>(
    options?: RouterOptions<RouterAppData>,
  ): Promise<Router<RouterAppData>>;
}

/** Absolute path of the worker binary that Workers run by default. */
export declare const defaultWorkerBin: string;

export declare const WorkerImpl: ClassOf<Worker>;
export type WorkerImpl<WorkerAppData extends AppData = AppData> =
  Worker<WorkerAppData>;
