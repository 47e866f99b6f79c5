'use strict';
/**
 * Scenario of the differential test about the shape of each class: names, accessors, methods, inheritance.
 * `record.js` runs it on npm's mediasoup and on this package; a difference between the two recordings fails
 * the test.
 */
const { EventEmitter } = require('node:events');
const { apiOf } = require('../api.js');
const { audioSource, deviceCapabilities, loopback } = require('../fixtures.js');
const { startRouter } = require('../scene.js');

const EMITTER_METHODS = ['on', 'once', 'off', 'emit', 'safeEmit'];

module.exports = async ({ mediasoup, step }) => {
  const objects = await oneOfEach(mediasoup);

  for (const object of objects) {
    const name = object.constructor.name;

    await step(`${name}: is`, () => [
      object instanceof mediasoup.extras.EnhancedEventEmitter,
      object instanceof EventEmitter,
      object.getMaxListeners(),
      Object.prototype.toString.call(object),
    ]);
    await step(`${name}: observer`, () => [
      object.observer.constructor.name,
      object.observer instanceof mediasoup.extras.EnhancedEventEmitter,
      object.observer === object.observer,
      object.observer === object,
      object.observer.getMaxListeners(),
    ]);

    for (const getter of [...apiOf(object).getters, 'observer']) {
      await step(`${name}: ${getter}`, () => accessor(object, getter));
    }
    for (const method of apiOf(object).methods) {
      await step(`${name}: ${method}()`, () => methodShape(object, method));
    }
    for (const method of EMITTER_METHODS) {
      await step(`${name}: ${method}()`, () => typeof object[method]);
    }
    await step(`${name}: another property can be added`, () => {
      object.mine = { foo: 'bar' };

      return object.mine;
    });
    await step(`${name}: getters give copies or not`, () =>
      Object.fromEntries(
        apiOf(object).getters.map((getter) => [
          getter,
          object[getter] === object[getter],
        ]),
      ),
    );
    await step(`${name}: can be spied on`, () => {
      const original = object.close;

      object.close = () => 'spied';

      const result = object.close();

      delete object.close;

      return [result, object.close === original];
    });
  }
};

async function oneOfEach(mediasoup) {
  const { worker, router } = await startRouter(mediasoup);
  const listenInfo = loopback();
  const server = await worker.createWebRtcServer({ listenInfos: [listenInfo] });
  const webRtcTransport = await router.createWebRtcTransport({
    webRtcServer: server,
  });
  const plainTransport = await router.createPlainTransport({ listenInfo });
  const pipeTransport = await router.createPipeTransport({ listenInfo });
  const directTransport = await router.createDirectTransport();
  const producer = await webRtcTransport.produce(audioSource());
  const dataProducer = await directTransport.produceData();

  return [
    ...[worker, server, router],
    ...[webRtcTransport, plainTransport, pipeTransport, directTransport],
    producer,
    await plainTransport.consume({
      producerId: producer.id,
      rtpCapabilities: deviceCapabilities(),
    }),
    dataProducer,
    await directTransport.consumeData({ dataProducerId: dataProducer.id }),
    await router.createAudioLevelObserver(),
    await router.createActiveSpeakerObserver(),
  ];
}

function accessor(object, name) {
  for (let type = object; type; type = Object.getPrototypeOf(type)) {
    const property = Object.getOwnPropertyDescriptor(type, name);

    if (property) {
      return {
        ownProperty: type === object,
        get: typeof property.get,
        set: typeof property.set,
      };
    }
  }

  return 'is missing';
}

function methodShape(object, name) {
  const method = object[name];

  return [
    typeof method,
    method?.name,
    method?.length,
    method?.constructor.name,
  ];
}
