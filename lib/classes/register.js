'use strict';

/**
 * Registration of mediasoup's classes with `lib/seam/Host.js`, which creates their objects when Rust reports
 * that the worker made one. `lib/commonExports.js` loads it once, for its effect alone.
 */

const { defineClass } = require('../seam/Host');
const { ObjectKind, byNumber } = require('../seam/numbers');

const classes = byNumber(ObjectKind, {
  Worker: require('./Worker').WorkerImpl,
  WebRtcServer: require('./WebRtcServer').WebRtcServerImpl,
  Router: require('./Router').RouterImpl,
  WebRtcTransport: require('./WebRtcTransport').WebRtcTransportImpl,
  PlainTransport: require('./PlainTransport').PlainTransportImpl,
  PipeTransport: require('./PipeTransport').PipeTransportImpl,
  DirectTransport: require('./DirectTransport').DirectTransportImpl,
  Producer: require('./Producer').ProducerImpl,
  Consumer: require('./Consumer').ConsumerImpl,
  DataProducer: require('./DataProducer').DataProducerImpl,
  DataConsumer: require('./DataConsumer').DataConsumerImpl,
  ActiveSpeakerObserver: require('./ActiveSpeakerObserver')
    .ActiveSpeakerObserverImpl,
  AudioLevelObserver: require('./AudioLevelObserver').AudioLevelObserverImpl,
});

classes.forEach((constructor, kind) => defineClass(kind, constructor));
