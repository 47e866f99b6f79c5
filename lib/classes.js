'use strict';

/** Which class shows which kind of object, by the number that the kind has in Rust. */

const { defineClass } = require('./Host');

const classes = [
  require('./Worker').WorkerImpl,
  require('./WebRtcServer').WebRtcServerImpl,
  require('./Router').RouterImpl,
  require('./WebRtcTransport').WebRtcTransportImpl,
  require('./PlainTransport').PlainTransportImpl,
  require('./PipeTransport').PipeTransportImpl,
  require('./DirectTransport').DirectTransportImpl,
  require('./Producer').ProducerImpl,
  require('./Consumer').ConsumerImpl,
  require('./DataProducer').DataProducerImpl,
  require('./DataConsumer').DataConsumerImpl,
  require('./ActiveSpeakerObserver').ActiveSpeakerObserverImpl,
  require('./AudioLevelObserver').AudioLevelObserverImpl,
];

classes.forEach((constructor, kind) => defineClass(kind, constructor));
