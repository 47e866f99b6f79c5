/**
 * `mediasoup/ortc`: the negotiation that Transports do, as functions on plain objects.
 * @packageDocumentation
 */

import type {
  RouterRtpCapabilities,
  RouterRtpCodecCapability,
  RtpCapabilities,
  RtpParameters,
} from './rtpParameters';
import type { SctpStreamParameters } from './sctpParameters';

/** From the payload types and encodings of a Producer to those within the Router. */
export type RtpCodecsEncodingsMapping = {
  codecs: { payloadType: number; mappedPayloadType: number }[];
  encodings: { ssrc?: number; rid?: string; mappedSsrc: number }[];
};

/** Fills in defaults, in place. Throws a TypeError where a field is wrong. */
export declare function validateAndNormalizeRtpCapabilities(
  caps: RtpCapabilities | RouterRtpCapabilities,
): void;

/** Fills in defaults, in place. Throws a TypeError where a field is wrong. */
export declare function validateAndNormalizeRtpParameters(
  params: RtpParameters,
): void;

/** Fills in `ordered`, in place. Throws a TypeError where a field is wrong. */
export declare function validateAndNormalizeSctpStreamParameters(
  params: SctpStreamParameters,
): void;

/**
 * The capabilities of a Router with these codecs: payload types chosen, RTX codecs added. Throws
 * an UnsupportedError for a codec that isn't known, an Error when payload types run out.
 */
export declare function generateRouterRtpCapabilities(
  mediaCodecs?: RouterRtpCodecCapability[],
): RtpCapabilities;

/** Throws an UnsupportedError when `caps` has no match for a codec of `params`. */
export declare function getProducerRtpParametersMapping(
  params: RtpParameters,
  caps: RtpCapabilities,
): RtpCodecsEncodingsMapping;

/** The parameters of a Producer as its Router's Consumers see them. */
export declare function getConsumableRtpParameters(
  kind: string,
  params: RtpParameters,
  caps: RtpCapabilities,
  rtpMapping: RtpCodecsEncodingsMapping,
): RtpParameters;

/** True if a receiver with `caps` understands a media codec of the Producer. */
export declare function canConsume(
  consumableParams: RtpParameters,
  caps: RtpCapabilities,
): boolean;

/**
 * The parameters of a Consumer: what both sides understand, in one encoding (in all of them with
 * `pipe`). Throws an UnsupportedError when no media codec is left.
 */
export declare function getConsumerRtpParameters(options: {
  consumableRtpParameters: RtpParameters;
  remoteRtpCapabilities: RtpCapabilities;
  pipe: boolean;
  enableRtx: boolean;
}): RtpParameters;

/** The parameters of a PipeTransport's Consumer: all encodings; without RTX, no NACK either. */
export declare function getPipeConsumerRtpParameters(options: {
  consumableRtpParameters: RtpParameters;
  enableRtx: boolean;
}): RtpParameters;

/**
 * Writes a mapping into a FlatBuffers builder and returns its offset. The builder is the
 * application's own `flatbuffers.Builder`, a package that this one doesn't depend on.
 */
export declare function serializeRtpMapping(
  builder: any,
  rtpMapping: RtpCodecsEncodingsMapping,
): number;
