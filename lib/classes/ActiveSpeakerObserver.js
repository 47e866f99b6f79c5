'use strict';

const { RtpObserverImpl } = require('./RtpObserver');

/**
 * mediasoup's class `ActiveSpeakerObserver`, which an application gets from
 * `router.createActiveSpeakerObserver()`. It emits `dominantspeaker` when another of its Producers speaks.
 */
class ActiveSpeakerObserverImpl extends RtpObserverImpl {
  get type() {
    return 'activespeaker';
  }
}

exports.ActiveSpeakerObserverImpl = ActiveSpeakerObserverImpl;
