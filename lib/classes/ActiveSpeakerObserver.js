'use strict';

const { RtpObserverImpl } = require('./RtpObserver');

/** Tells who speaks: `dominantspeaker`. */
class ActiveSpeakerObserverImpl extends RtpObserverImpl {
  get type() {
    return 'activespeaker';
  }
}

exports.ActiveSpeakerObserverImpl = ActiveSpeakerObserverImpl;
