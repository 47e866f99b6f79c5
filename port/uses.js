'use strict';

/** Which of mediasoup's functions an application calls. */

const { closingOf } = require('./brackets');

/** Calls of these are mediasoup's, whoever makes them. */
const OWN = new Set(
  [
    'createWorker getSupportedRtpCapabilities parseScalabilityMode setLogEventListeners',
    'createWebRtcServer createRouter getResourceUsage updateSettings',
    'createWebRtcTransport createPlainTransport createPipeTransport createDirectTransport',
    'pipeToRouter createActiveSpeakerObserver createAudioLevelObserver canConsume updateMediaCodecs',
    'restartIce setMaxIncomingBitrate setMaxOutgoingBitrate setMinOutgoingBitrate enableTraceEvent',
    'produceData consumeData sendRtcp',
    'setPreferredLayers unsetPriority requestKeyFrame',
    'setBufferedAmountLowThreshold getBufferedAmount setSubchannels addSubchannel removeSubchannel',
  ]
    .join(' ')
    .split(' '),
);

/** Calls of these may be another library's, so they count where mediasoup is imported. */
const SHARED = new Set(
  'addProducer consume dump getStats produce removeProducer setPriority'.split(
    ' ',
  ),
);

/**
 * @param {import('./Source').Source} source
 * @param {boolean} isImporting whether it imports mediasoup
 * @returns {{ name: string, start: number }[]}
 */
function usesOf({ tokens }, isImporting) {
  return tokens.flatMap((token, index) => {
    if (!isCalled(tokens, index)) return [];
    const isOurs =
      OWN.has(token.text) || (isImporting && SHARED.has(token.text));
    return isOurs ? [{ name: token.text, start: token.start }] : [];
  });
}

/** Whether the name at `index` is called: `a.b()`, `a.b<T>()`, `b()`, and not declared. */
function isCalled(tokens, index) {
  if (tokens[index].type !== 'name') return false;
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  const isGeneric = after?.text === '<' && before?.text === '.';
  if (after?.text !== '(' && !isGeneric) return false;
  if (before?.text === 'function') return false;
  return before?.text === '.' || !isDeclaration(tokens, index);
}

/** What stands before a method's name where it is declared, besides a line's beginning. */
const BEFORE_METHOD = new Set(
  '{ } ; , * async static public private protected override get set'.split(' '),
);

/** Whether a method is declared here, as in a class: its arguments are followed by a block or a type. */
function isDeclaration(tokens, index) {
  const before = tokens[index - 1];
  if (before && !BEFORE_METHOD.has(before.text)) return false;
  return ['{', ':'].includes(tokens[closingOf(tokens, index + 1) + 1]?.text);
}

exports.usesOf = usesOf;
