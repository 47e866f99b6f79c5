import type {
  ActiveSpeakerObserver,
  ActiveSpeakerObserverOptions,
} from './ActiveSpeakerObserver';
import type {
  AudioLevelObserver,
  AudioLevelObserverOptions,
} from './AudioLevelObserver';
import type { AppData, ClassOf, Either, Flat } from './common';
import type { Consumer } from './Consumer';
import type { DataConsumer } from './DataConsumer';
import type { DataProducer } from './DataProducer';
import type {
  DirectTransport,
  DirectTransportOptions,
} from './DirectTransport';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { PipeTransport, PipeTransportOptions } from './PipeTransport';
import type { PlainTransport, PlainTransportOptions } from './PlainTransport';
import type { Producer } from './Producer';
import type { RtpObserver } from './RtpObserver';
import type {
  RouterRtpCodecCapability,
  RtpCapabilities,
} from './rtpParameters';
import type { SctpAssociationOptions } from './sctpParameters';
import type {
  Transport,
  TransportListenInfo,
  TransportListenIp,
} from './Transport';
import type {
  WebRtcTransport,
  WebRtcTransportOptions,
} from './WebRtcTransport';

export type RouterOptions<RouterAppData extends AppData = AppData> = {
  /** Codecs that can be produced here. The Router adds RTX codecs. Default none. */
  mediaCodecs?: RouterRtpCodecCapability[];
  appData?: RouterAppData;
};

/** Options of `pipeToRouter()`: one of `producerId` and `dataProducerId` is needed. */
export type PipeToRouterOptions = Flat<
  SctpAssociationOptions & {
    producerId?: string;
    dataProducerId?: string;
    /** The Router that shall have it too. */
    router: Router;
    /**
     * True if the piped Producer or DataProducer has the id of the original. Default true, which
     * two Routers of one Worker can't have.
     */
    keepId?: boolean;
    /** Send lost packets again. Default false. */
    enableRtx?: boolean;
    /** Default false. */
    enableSrtp?: boolean;
  }
> &
  Either<
    { listenInfo: TransportListenInfo },
    {
      /** Default '127.0.0.1'. */
      listenIp?: TransportListenIp | string;
    }
  >;

/** The pair for what was piped: of a Producer, or of a DataProducer. */
export type PipeToRouterResult = {
  /** In this Router. */
  pipeConsumer?: Consumer;
  /** In the other Router. */
  pipeProducer?: Producer;
  /** In this Router. */
  pipeDataConsumer?: DataConsumer;
  /** In the other Router. */
  pipeDataProducer?: DataProducer;
};

/** Two connected PipeTransports, by the id of the Router that each lives in. */
export type PipeTransportPair = {
  [key: string]: PipeTransport;
};

/** All by id. */
export type RouterDump = {
  id: string;
  transportIds: string[];
  rtpObserverIds: string[];
  mapProducerIdConsumerIds: { key: string; values: string[] }[];
  mapConsumerIdProducerId: { key: string; value: string }[];
  mapProducerIdObserverIds: { key: string; values: string[] }[];
  mapDataProducerIdDataConsumerIds: { key: string; values: string[] }[];
  mapDataConsumerIdDataProducerId: { key: string; value: string }[];
};

export type RouterEvents = {
  /** The Worker was closed or died, and this with it. */
  workerclose: [];
  '@close': [];
};

export type RouterObserver = EnhancedEventEmitter<RouterObserverEvents>;

export type RouterObserverEvents = {
  close: [];
  newtransport: [Transport];
  newrtpobserver: [RtpObserver];
};

/** Place where streams meet: everyone in a Router can consume what others produce in it. */
export interface Router<
  RouterAppData extends AppData = AppData,
> extends EnhancedEventEmitter<RouterEvents> {
  readonly id: string;

  readonly closed: boolean;

  /** RTP capabilities that endpoints need to produce and consume here. */
  readonly rtpCapabilities: RtpCapabilities;

  appData: RouterAppData;

  readonly observer: RouterObserver;

  /** Closes all Transports and RtpObservers too, with `routerclose`. */
  close(): void;

  /** @private */
  workerClosed(): void;

  dump(): Promise<RouterDump>;

  /** A Transport for a browser, or whoever else speaks ICE and DTLS. */
  createWebRtcTransport<WebRtcTransportAppData extends AppData = AppData>(
    options: WebRtcTransportOptions<WebRtcTransportAppData>,
  ): Promise<WebRtcTransport<WebRtcTransportAppData>>;

  /** A Transport for plain RTP, such as FFmpeg's or GStreamer's. */
  createPlainTransport<PlainTransportAppData extends AppData = AppData>(
    options: PlainTransportOptions<PlainTransportAppData>,
  ): Promise<PlainTransport<PlainTransportAppData>>;

  /** One end of a link to another Router. `pipeToRouter()` makes both. */
  createPipeTransport<PipeTransportAppData extends AppData = AppData>(
    options: PipeTransportOptions<PipeTransportAppData>,
  ): Promise<PipeTransport<PipeTransportAppData>>;

  /** A Transport whose other end is this application. */
  createDirectTransport<DirectTransportAppData extends AppData = AppData>(
    options?: DirectTransportOptions<DirectTransportAppData>,
  ): Promise<DirectTransport<DirectTransportAppData>>;

  /**
   * Makes a Producer or DataProducer of this Router available in another one, over a pair of
   * PipeTransports that all pipes between the two share. Closing, pausing and resuming the
   * original is passed on. Rejects with a NotFoundError if this Router has no such original.
   */
  pipeToRouter(options: PipeToRouterOptions): Promise<PipeToRouterResult>;

  createActiveSpeakerObserver<
    ActiveSpeakerObserverAppData extends AppData = AppData,
  >(
    options?: ActiveSpeakerObserverOptions<ActiveSpeakerObserverAppData>,
  ): Promise<ActiveSpeakerObserver<ActiveSpeakerObserverAppData>>;

  createAudioLevelObserver<AudioLevelObserverAppData extends AppData = AppData>(
    options?: AudioLevelObserverOptions<AudioLevelObserverAppData>,
  ): Promise<AudioLevelObserver<AudioLevelObserverAppData>>;

  /** True if an endpoint understands a Producer. Never throws: false for malformed options. */
  canConsume(options: {
    producerId: string;
    rtpCapabilities: RtpCapabilities;
  }): boolean;

  /** Replaces the codecs, and with them `rtpCapabilities`, for what is produced from now on. */
  updateMediaCodecs(mediaCodecs: RouterRtpCodecCapability[]): void;
}

export declare const RouterImpl: ClassOf<Router>;
export type RouterImpl<RouterAppData extends AppData = AppData> =
  Router<RouterAppData>;
