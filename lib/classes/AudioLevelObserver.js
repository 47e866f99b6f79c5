'use strict';

const { RtpObserverImpl } = require('./RtpObserver');

/**
 * mediasoup's class `AudioLevelObserver`, which an application gets from `router.createAudioLevelObserver()`.
 * It emits `volumes` with its loudest Producers, and `silence`.
 */
class AudioLevelObserverImpl extends RtpObserverImpl {
  get type() {
    return 'audiolevel';
  }
}

exports.AudioLevelObserverImpl = AudioLevelObserverImpl;
