'use strict';

/**
 * mediasoup's ORTC functions (validation of RTP capabilities and parameters, codec negotiation), for
 * applications that call `mediasoup.ortc` themselves. Each calls the Rust implementation that Routers use,
 * and changes its arguments in place as mediasoup's does.
 */

const { addon } = require('./seam/native');
const { outcomeOf } = require('./seam/makeError');
const supported = require('./supportedRtpCapabilities');
const toJson = require('./seam/toJson');

function call(name, ...args) {
  const [result, changed] = outcomeOf(
    addon.ortc(name, `[${args.map(argument)}]`),
  );
  if (changed) {
    const [place, value] = changed;
    if (isObject(args[place])) replace(args[place], value);
  }
  return result ?? undefined;
}

function argument(value) {
  return toJson.text(value) ?? 'null';
}

/** Makes `target` equal to `source`, keeping the objects that both have. */
function replace(target, source) {
  for (const key of Object.keys(target)) {
    // What is undefined was never sent.
    if (!Object.hasOwn(source, key) && target[key] !== undefined) {
      delete target[key];
    }
  }
  for (const [key, value] of Object.entries(source)) {
    const old = target[key];
    // A list takes the place of what is none; an array may well get other members.
    const isKept =
      isObject(old) &&
      isObject(value) &&
      (Array.isArray(old) || !Array.isArray(value));
    if (isKept) replace(old, value);
    else target[key] = value;
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

function mustBeObject(value, what) {
  if (typeof value !== 'object') {
    throw new TypeError(`${what} is not an object`);
  }
}

exports.validateAndNormalizeRtpCapabilities =
  function validateAndNormalizeRtpCapabilities(caps) {
    mustBeObject(caps, 'caps');
    call('validateAndNormalizeRtpCapabilities', caps);
  };

exports.validateAndNormalizeRtpParameters =
  function validateAndNormalizeRtpParameters(params) {
    mustBeObject(params, 'params');
    call('validateAndNormalizeRtpParameters', params);
  };

exports.validateAndNormalizeSctpStreamParameters =
  function validateAndNormalizeSctpStreamParameters(params) {
    mustBeObject(params, 'params');
    call('validateAndNormalizeSctpStreamParameters', params);
  };

exports.generateRouterRtpCapabilities = function generateRouterRtpCapabilities(
  mediaCodecs = [],
) {
  supported.normalize();
  if (!Array.isArray(mediaCodecs)) {
    throw new TypeError('mediaCodecs must be an Array');
  }
  return call('generateRouterRtpCapabilities', mediaCodecs);
};

exports.getProducerRtpParametersMapping =
  function getProducerRtpParametersMapping(params, caps) {
    return call('getProducerRtpParametersMapping', params, caps);
  };

exports.getConsumableRtpParameters = function getConsumableRtpParameters(
  kind,
  params,
  caps,
  rtpMapping,
) {
  return call('getConsumableRtpParameters', kind, params, caps, rtpMapping);
};

exports.canConsume = function canConsume(consumableParams, caps) {
  mustBeObject(caps, 'caps');
  return call('canConsume', consumableParams, caps);
};

exports.getConsumerRtpParameters = function getConsumerRtpParameters({
  remoteRtpCapabilities,
  ...options
}) {
  mustBeObject(remoteRtpCapabilities, 'caps');
  return call('getConsumerRtpParameters', options, remoteRtpCapabilities);
};

exports.getPipeConsumerRtpParameters = function getPipeConsumerRtpParameters(
  options,
) {
  return call('getPipeConsumerRtpParameters', options);
};

/**
 * Writes a mapping into a FlatBuffers builder of the caller's. Kept for its name: what this
 * library sends to a worker is encoded in Rust.
 */
exports.serializeRtpMapping = function serializeRtpMapping(
  builder,
  rtpMapping,
) {
  const codecs = rtpMapping.codecs.map(({ payloadType, mappedPayloadType }) => {
    builder.startObject(2);
    builder.addFieldInt8(0, payloadType, 0);
    builder.addFieldInt8(1, mappedPayloadType, 0);
    return builder.endObject();
  });
  const codecsOffset = vector(builder, codecs);
  const encodings = rtpMapping.encodings.map(({ rid, ssrc, mappedSsrc }) => {
    const ridOffset = builder.createString(rid);
    builder.startObject(3);
    builder.addFieldOffset(0, ridOffset, 0);
    if (ssrc !== undefined && ssrc !== null) {
      builder.addFieldInt32(1, ssrc, null);
    }
    builder.addFieldInt32(2, mappedSsrc, 0);
    return builder.endObject();
  });
  const encodingsOffset = vector(builder, encodings);
  builder.startObject(2);
  builder.addFieldOffset(0, codecsOffset, 0);
  builder.addFieldOffset(1, encodingsOffset, 0);
  return builder.endObject();
};

function vector(builder, offsets) {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed?.() ?? [...offsets].reverse()) {
    builder.addOffset(offset);
  }
  return builder.endVector();
}
