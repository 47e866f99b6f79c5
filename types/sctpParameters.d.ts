/**
 * SCTP, which carries data channels: the association of a Transport, and its streams.
 * @packageDocumentation
 */

/** SCTP parameters of a Transport for the remote side. */
export type SctpParameters = {
  /** SCTP port, 5000. */
  port: number;
  /** Bytes of the largest message that DataConsumers may send. */
  maxSendMessageSize: number;
  /** Bytes of the largest message that DataProducers accept. */
  maxReceiveMessageSize: number;
  /** Bytes that may wait to be sent, over all streams. */
  sendBufferSize: number;
  /** Bytes that may wait to be sent, per stream. */
  perStreamSendQueueLimit: number;
  /** Bytes of the receive window. */
  maxReceiverWindowBufferSize: number;
  /** True in a WebRtcTransport. */
  isDataChannel: boolean;
  /** Outgoing streams asked for. */
  OS: number;
  /** Most incoming streams accepted. */
  MIS: number;
  /** Bytes of the largest message, as signalled to a browser (`a=max-message-size`). */
  maxMessageSize: number;
};

/** Numbers of streams that both sides agreed on. */
export type SctpNegotiatedCapabilities = {
  negotiatedMaxOutboundStreams: number;
  negotiatedMaxInboundStreams: number;
};

/**
 * One stream and how much it may lose. An ordered stream loses nothing; an unordered one may have
 * one of the two limits, not both.
 */
export type SctpStreamParameters = {
  /** 0 to 65534. */
  streamId: number;
  /** Default: true, or false if one of the limits below is given. */
  ordered?: boolean;
  /** Milliseconds after which an unordered message isn't sent again. */
  maxPacketLifeTime?: number;
  /** Maximum number of retransmissions of an unordered message. */
  maxRetransmits?: number;
};

/** Options of everything that can own an association. */
export type SctpAssociationOptions = {
  /** True if there is an association at all. Default false, true in `pipeToRouter()`. */
  enableSctp?: boolean;
  /** Bytes of the largest message that DataConsumers may send. Default 262144. */
  maxSendMessageSize?: number;
  /** Bytes of the largest message that DataProducers accept. Default 262144. */
  maxReceiveMessageSize?: number;
  /** Bytes that may wait to be sent, over all streams. Default 2000000. */
  sctpSendBufferSize?: number;
  /** Bytes that may wait to be sent, per stream. Default 2000000. */
  sctpPerStreamSendQueueLimit?: number;
  /** Bytes of the receive window; more than the largest message. Default 5242880. */
  sctpMaxReceiverWindowBufferSize?: number;
  /**
   * Bytes at or under which a DataConsumer's send buffer has to fall for `bufferedamountlow`.
   * Default 1024. `dataConsumer.setBufferedAmountLowThreshold()` overrides it.
   */
  sctpDefaultStreamBufferedAmountLowThreshold?: number;
};

/** SCTP association of a Transport. */
export interface SctpAssociation {
  /** Undefined without `enableSctp`. */
  readonly sctpParameters: SctpParameters | undefined;
  /** Undefined without `enableSctp`. */
  readonly sctpState: SctpState | undefined;
  /** Undefined until the association is connected. */
  readonly sctpNegotiatedCapabilities: SctpNegotiatedCapabilities | undefined;
}

export type SctpState =
  'new' | 'connecting' | 'connected' | 'failed' | 'closed';
