'use strict';

const { RtpObserverImpl } = require('./RtpObserver');

/** Tells how loud the loudest are: `volumes`, `silence`. */
class AudioLevelObserverImpl extends RtpObserverImpl {
  get type() {
    return 'audiolevel';
  }
}

exports.AudioLevelObserverImpl = AudioLevelObserverImpl;
