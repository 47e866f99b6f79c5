/**
 * Statistics of one RTP stream, as `producer.getStats()` and `consumer.getStats()` give them.
 * @packageDocumentation
 */

/** A stream that the worker receives (`type` is `inbound-rtp`). */
export type RtpStreamRecvStats = BaseRtpStreamStats & {
  type: string;
  packetCount: number;
  byteCount: number;
  /** Bits per second. */
  bitrate: number;
  bitrateByLayer: BitrateByLayer;
};

/** A stream that the worker sends (`type` is `outbound-rtp`). */
export type RtpStreamSendStats = BaseRtpStreamStats & {
  type: string;
  packetCount: number;
  byteCount: number;
  /** Bits per second. */
  bitrate: number;
};

export type BaseRtpStreamStats = {
  /** Milliseconds of the worker's clock. */
  timestamp: number;
  ssrc: number;
  rtxSsrc?: number;
  rid?: string;
  kind: string;
  mimeType: string;
  packetsLost: number;
  /** Share lost since the last report, in 256ths. */
  fractionLost: number;
  /** In RTP timestamp units. */
  jitter: number;
  packetsDiscarded: number;
  packetsRetransmitted: number;
  packetsRepaired: number;
  nackCount: number;
  nackPacketCount: number;
  pliCount: number;
  firCount: number;
  /** Milliseconds, once known. */
  roundTripTime?: number;
  rtxPacketsDiscarded?: number;
  /** 0 (bad) to 10 (good). */
  score: number;
};

/** Bits per second, by `spatialLayer.temporalLayer`. */
export type BitrateByLayer = {
  [key: string]: number;
};
