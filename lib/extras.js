'use strict';

/**
 * The subpath `mediasoup/extras`, also exported as `mediasoup.extras`: the event emitter that mediasoup's
 * classes extend, and `once()` for it.
 */

const { EnhancedEventEmitter, enhancedOnce } = require('./enhancedEvents');

exports.EnhancedEventEmitter = EnhancedEventEmitter;
exports.enhancedOnce = enhancedOnce;
