'use strict';

/**
 * mediasoup's `EnhancedEventEmitter` and `enhancedOnce()`. All objects of this package and their observers
 * are such emitters; applications get both by `mediasoup.extras`.
 */

const { EventEmitter, once } = require('node:events');

/** EventEmitter without a limit of listeners, whose `safeEmit()` survives their errors. */
class EnhancedEventEmitter extends EventEmitter {
  constructor() {
    super();
    this.setMaxListeners(Infinity);
  }

  /** As in mediasoup, it removes nothing without the name of an event. */
  removeAllListeners(eventName) {
    return super.removeAllListeners(eventName);
  }

  listenerCount(eventName) {
    return super.listenerCount(eventName);
  }

  /**
   * Emits an event. A listener's error becomes the event `listenererror`, with the event's name
   * and the error.
   */
  safeEmit(eventName, ...args) {
    try {
      return super.emit(eventName, ...args);
    } catch (error) {
      try {
        super.emit('listenererror', eventName, error);
      } catch {
        // A listener of 'listenererror' that throws has nobody left to tell.
      }
      return super.listenerCount(eventName) > 0;
    }
  }
}

/** `events.once()` with mediasoup's types. */
async function enhancedOnce(emitter, eventName, options) {
  return once(emitter, eventName, options);
}

exports.EnhancedEventEmitter = EnhancedEventEmitter;
exports.enhancedOnce = enhancedOnce;
