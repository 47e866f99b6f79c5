'use strict';

const { IdentifiedEntity, loggerOf } = require('./Entity');
const { ASK, HANDLE, HOST, READ } = require('../seam/internalMembers');
const supported = require('../supportedRtpCapabilities');
const toJson = require('../seam/toJson');

/**
 * mediasoup's class `Router`: transports, and the media that it forwards between them. An application gets
 * one from `worker.createRouter()`. Its methods check and convert options, send the command, and resolve with
 * the Transport or RtpObserver that was created; `canConsume()` and `updateMediaCodecs()` answer at once.
 */
class RouterImpl extends IdentifiedEntity {
  static announcement = 'newrouter';

  get rtpCapabilities() {
    return this[READ]('rtpCapabilities');
  }

  async dump() {
    return this[ASK]('dump');
  }

  async createWebRtcTransport({
    webRtcServer,
    listenInfos,
    listenIps,
    port,
    enableUdp,
    enableTcp,
    preferUdp,
    preferTcp,
    initialAvailableOutgoingBitrate,
    enableSctp,
    maxSendMessageSize,
    maxReceiveMessageSize,
    sctpSendBufferSize,
    sctpPerStreamSendQueueLimit,
    sctpMaxReceiverWindowBufferSize,
    sctpDefaultStreamBufferedAmountLowThreshold,
    iceConsentTimeout,
    appData,
  }) {
    return this[ASK]('createWebRtcTransport', {
      webRtcServerId: webRtcServer ? (webRtcServer.id ?? null) : undefined,
      listenInfos,
      listenIps,
      port,
      enableUdp,
      enableTcp,
      preferUdp,
      preferTcp,
      initialAvailableOutgoingBitrate: withoutBigInt(
        initialAvailableOutgoingBitrate,
      ),
      enableSctp,
      maxSendMessageSize,
      maxReceiveMessageSize,
      sctpSendBufferSize,
      sctpPerStreamSendQueueLimit,
      sctpMaxReceiverWindowBufferSize,
      sctpDefaultStreamBufferedAmountLowThreshold,
      iceConsentTimeout,
      appData,
    });
  }

  async createPlainTransport({
    listenInfo,
    rtcpListenInfo,
    listenIp,
    port,
    rtcpMux,
    comedia,
    enableSctp,
    maxSendMessageSize,
    maxReceiveMessageSize,
    sctpSendBufferSize,
    sctpPerStreamSendQueueLimit,
    sctpMaxReceiverWindowBufferSize,
    sctpDefaultStreamBufferedAmountLowThreshold,
    enableSrtp,
    srtpCryptoSuite,
    appData,
  }) {
    return this[ASK]('createPlainTransport', {
      listenInfo,
      rtcpListenInfo,
      listenIp,
      port,
      rtcpMux,
      comedia,
      enableSctp,
      maxSendMessageSize,
      maxReceiveMessageSize,
      sctpSendBufferSize,
      sctpPerStreamSendQueueLimit,
      sctpMaxReceiverWindowBufferSize,
      sctpDefaultStreamBufferedAmountLowThreshold,
      enableSrtp,
      srtpCryptoSuite,
      appData,
    });
  }

  async createPipeTransport({
    listenInfo,
    listenIp,
    port,
    enableSctp,
    maxSendMessageSize,
    maxReceiveMessageSize,
    sctpSendBufferSize,
    sctpPerStreamSendQueueLimit,
    sctpMaxReceiverWindowBufferSize,
    sctpDefaultStreamBufferedAmountLowThreshold,
    enableRtx,
    enableSrtp,
    appData,
  }) {
    return this[ASK]('createPipeTransport', {
      listenInfo,
      listenIp,
      port,
      enableSctp,
      maxSendMessageSize,
      maxReceiveMessageSize,
      sctpSendBufferSize,
      sctpPerStreamSendQueueLimit,
      sctpMaxReceiverWindowBufferSize,
      sctpDefaultStreamBufferedAmountLowThreshold,
      enableRtx,
      enableSrtp,
      appData,
    });
  }

  async createDirectTransport({
    maxSendMessageSize,
    maxReceiveMessageSize,
    appData,
  } = {}) {
    return this[ASK]('createDirectTransport', {
      maxSendMessageSize,
      maxReceiveMessageSize,
      appData,
    });
  }

  async pipeToRouter({
    producerId,
    dataProducerId,
    router,
    keepId,
    listenInfo,
    listenIp,
    enableSctp,
    maxSendMessageSize,
    maxReceiveMessageSize,
    sctpSendBufferSize,
    sctpPerStreamSendQueueLimit,
    sctpMaxReceiverWindowBufferSize,
    sctpDefaultStreamBufferedAmountLowThreshold,
    enableRtx,
    enableSrtp,
  }) {
    if (router?.[HOST] !== undefined && router[HOST] !== this[HOST]) {
      throw new TypeError(
        'router must be on the same server, in the same session',
      );
    }
    this[HOST].shareAppDataOf(producerId ?? dataProducerId);
    const ends = this[ASK]('pipeToRouter', {
      producerId,
      dataProducerId,
      router: router ? (router[HANDLE] ?? 0) : undefined,
      keepId,
      listenInfo,
      listenIp,
      enableSctp,
      maxSendMessageSize,
      maxReceiveMessageSize,
      sctpSendBufferSize,
      sctpPerStreamSendQueueLimit,
      sctpMaxReceiverWindowBufferSize,
      sctpDefaultStreamBufferedAmountLowThreshold,
      enableRtx,
      enableSrtp,
    });
    // What is refused is refused without a word from a worker.
    this[HOST].drain();
    const [consumer, producer] = await ends;
    return producerId
      ? { pipeConsumer: consumer, pipeProducer: producer }
      : { pipeDataConsumer: consumer, pipeDataProducer: producer };
  }

  async createActiveSpeakerObserver({ interval, appData } = {}) {
    return this[ASK]('createActiveSpeakerObserver', { interval, appData });
  }

  async createAudioLevelObserver({
    maxEntries,
    threshold,
    interval,
    appData,
  } = {}) {
    return this[ASK]('createAudioLevelObserver', {
      maxEntries,
      threshold,
      interval,
      appData,
    });
  }

  canConsume({ producerId, rtpCapabilities }) {
    return this[HOST].canConsume(
      this[HANDLE],
      String(producerId),
      toJson.text(rtpCapabilities),
    );
  }

  updateMediaCodecs(mediaCodecs) {
    loggerOf(this).debug('updateMediaCodecs()');
    supported.normalize();
    this[HOST].updateMediaCodecs(this[HANDLE], toJson.text(mediaCodecs));
  }
}

/** A bitrate may be a BigInt, which JSON has not. */
function withoutBigInt(bitrate) {
  return typeof bitrate === 'bigint' ? Number(bitrate) : bitrate;
}

exports.RouterImpl = RouterImpl;
