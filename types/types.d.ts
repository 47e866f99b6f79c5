/** `mediasoup/types`: every type that an application can name. @packageDocumentation */

export type {
  Index,
  LogEventListeners,
  Observer,
  ObserverEvents,
} from './index';
export type {
  Worker,
  WorkerDump,
  WorkerEvents,
  WorkerLogLevel,
  WorkerLogTag,
  WorkerObserver,
  WorkerObserverEvents,
  WorkerResourceUsage,
  WorkerSettings,
  WorkerUpdateableSettings,
} from './Worker';
export type {
  IceUserNameFragment,
  IpPort,
  WebRtcServer,
  WebRtcServerDump,
  WebRtcServerEvents,
  WebRtcServerListenInfo,
  WebRtcServerObserver,
  WebRtcServerObserverEvents,
  WebRtcServerOptions,
} from './WebRtcServer';
export type {
  PipeToRouterOptions,
  PipeToRouterResult,
  PipeTransportPair,
  Router,
  RouterDump,
  RouterEvents,
  RouterObserver,
  RouterObserverEvents,
  RouterOptions,
} from './Router';
export type {
  BaseTransportDump,
  BaseTransportStats,
  RecvRtpHeaderExtensions,
  RtpListenerDump,
  SctpListenerDump,
  SctpState,
  Transport,
  TransportEvents,
  TransportListenInfo,
  TransportListenIp,
  TransportObserver,
  TransportObserverEvents,
  TransportPortRange,
  TransportProtocol,
  TransportSocketFlags,
  TransportTraceEventData,
  TransportTraceEventType,
  TransportTuple,
  TransportType,
} from './Transport';
export type {
  DtlsFingerprint,
  DtlsParameters,
  DtlsRole,
  DtlsState,
  FingerprintAlgorithm,
  IceCandidate,
  IceCandidateTcpType,
  IceCandidateType,
  IceParameters,
  IceRole,
  IceState,
  WebRtcTransport,
  WebRtcTransportDump,
  WebRtcTransportEvents,
  WebRtcTransportObserver,
  WebRtcTransportObserverEvents,
  WebRtcTransportOptions,
  WebRtcTransportStat,
} from './WebRtcTransport';
export type {
  PlainTransport,
  PlainTransportDump,
  PlainTransportEvents,
  PlainTransportObserver,
  PlainTransportObserverEvents,
  PlainTransportOptions,
  PlainTransportStat,
} from './PlainTransport';
export type {
  PipeConsumerOptions,
  PipeTransport,
  PipeTransportDump,
  PipeTransportEvents,
  PipeTransportObserver,
  PipeTransportObserverEvents,
  PipeTransportOptions,
  PipeTransportStat,
} from './PipeTransport';
export type {
  DirectTransport,
  DirectTransportDump,
  DirectTransportEvents,
  DirectTransportObserver,
  DirectTransportObserverEvents,
  DirectTransportOptions,
  DirectTransportStat,
} from './DirectTransport';
export type {
  Producer,
  ProducerDump,
  ProducerEvents,
  ProducerObserver,
  ProducerObserverEvents,
  ProducerOptions,
  ProducerScore,
  ProducerStat,
  ProducerTraceEventData,
  ProducerTraceEventType,
  ProducerType,
  ProducerVideoOrientation,
} from './Producer';
export type {
  BaseConsumerDump,
  Consumer,
  ConsumerDump,
  ConsumerEvents,
  ConsumerLayers,
  ConsumerObserver,
  ConsumerObserverEvents,
  ConsumerOptions,
  ConsumerScore,
  ConsumerStat,
  ConsumerTraceEventData,
  ConsumerTraceEventType,
  ConsumerType,
  PipeConsumerDump,
  RtpStreamDump,
  RtpStreamParametersDump,
  RtxStreamDump,
  RtxStreamParameters,
  SimpleConsumerDump,
  SimulcastConsumerDump,
  SvcConsumerDump,
} from './Consumer';
export type {
  DataProducer,
  DataProducerDump,
  DataProducerEvents,
  DataProducerObserver,
  DataProducerObserverEvents,
  DataProducerOptions,
  DataProducerStat,
  DataProducerType,
} from './DataProducer';
export type {
  DataConsumer,
  DataConsumerDump,
  DataConsumerEvents,
  DataConsumerObserver,
  DataConsumerObserverEvents,
  DataConsumerOptions,
  DataConsumerStat,
  DataConsumerType,
} from './DataConsumer';
export type {
  RtpObserver,
  RtpObserverEvents,
  RtpObserverObserver,
  RtpObserverObserverEvents,
  RtpObserverType,
} from './RtpObserver';
export type {
  ActiveSpeakerObserver,
  ActiveSpeakerObserverDominantSpeaker,
  ActiveSpeakerObserverEvents,
  ActiveSpeakerObserverObserver,
  ActiveSpeakerObserverObserverEvents,
  ActiveSpeakerObserverOptions,
} from './ActiveSpeakerObserver';
export type {
  AudioLevelObserver,
  AudioLevelObserverEvents,
  AudioLevelObserverObserver,
  AudioLevelObserverObserverEvents,
  AudioLevelObserverOptions,
  AudioLevelObserverVolume,
} from './AudioLevelObserver';
export type {
  MediaKind,
  RouterRtpCapabilities,
  RouterRtpCodecCapability,
  RtcpFeedback,
  RtcpParameters,
  RtpCapabilities,
  RtpCodecCapability,
  RtpCodecParameters,
  RtpEncodingParameters,
  RtpHeaderExtension,
  RtpHeaderExtensionDirection,
  RtpHeaderExtensionParameters,
  RtpHeaderExtensionUri,
  RtpParameters,
} from './rtpParameters';
export type {
  BaseRtpStreamStats,
  BitrateByLayer,
  RtpStreamRecvStats,
  RtpStreamSendStats,
} from './rtpStreamStats';
export type {
  SctpNegotiatedCapabilities,
  SctpParameters,
  SctpStreamParameters,
} from './sctpParameters';
export type { SrtpCryptoSuite, SrtpParameters } from './srtpParameters';
export type { ScalabilityMode } from './scalabilityModes';
export type * from './errors';
export type { AppData, Either } from './common';
