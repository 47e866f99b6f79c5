'use strict';

/**
 * JSON text of the options that applications pass to methods, as the commands to Rust carry it. `Entity` and
 * the ORTC functions call it.
 *
 * appData stays in JavaScript, whatever it holds. Only a value that is not an object goes along, because
 * mediasoup refuses it at its own place among the checks.
 */

/** The command `method` with its options. */
function command(method, options) {
  return `{"${method}":${text(options)}}`;
}

/** JSON text of options, codecs or parameters. */
function text(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const { appData, rtpParameters, rtpCapabilities } = value;
  if (appData !== undefined) {
    const refused = appData && typeof appData !== 'object';
    value = { ...value, appData: refused ? true : undefined };
  }
  const lacks =
    lacksValues(value) ||
    lacksValues(value.mediaCodecs) ||
    [value, rtpParameters, rtpCapabilities].some(
      (it) => lacksValues(it?.codecs) || lacksValues(it?.headerExtensions),
    );
  return JSON.stringify(value, lacks ? emptyForUndefined : undefined);
}

/**
 * True if a list has an item whose `parameters` hold `undefined`. mediasoup takes that for an
 * empty string, JSON leaves it out.
 */
function lacksValues(list) {
  if (!Array.isArray(list)) return false;
  for (const item of list) {
    const parameters = item?.parameters;
    for (const key in parameters) {
      if (parameters[key] === undefined) return true;
    }
  }
  return false;
}

/** A replacer for `JSON.stringify()`: members of `parameters` may not be `undefined`. */
function emptyForUndefined(key, value) {
  if (key !== 'parameters' || value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, it]) => [
      name,
      it === undefined ? '' : it,
    ]),
  );
}

exports.command = command;
exports.text = text;
