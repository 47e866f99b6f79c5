/**
 * A real worker with real packets: every method that has an answer, every event that plain UDP
 * can cause.
 */
import {
  IP,
  Peer,
  audioParameters,
  isRtcp,
  sendAudio,
  sendVideo,
  videoParameters,
} from './peer.mjs';
import { reply } from './recorder.mjs';
import { fir, nack, pli, receiverReport } from './rtp.mjs';
import { mediasoup } from './upstream.mjs';

const listenInfo = { protocol: 'udp', ip: IP };

const mediaCodecs = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  {
    kind: 'video',
    mimeType: 'video/VP8',
    clockRate: 90000,
    parameters: { 'x-google-start-bitrate': 1000 },
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90000,
    parameters: { 'profile-level-id': '4d0032', 'packetization-mode': 1 },
  },
  {
    kind: 'video',
    mimeType: 'video/VP9',
    clockRate: 90000,
    parameters: { 'profile-id': 2 },
  },
];

/** Record of the reply that creates an object: the object's dump. */
const dump = (object) => object.dump();

const wait = (emitter, event, test = () => true) =>
  new Promise((resolve) => {
    emitter.on(event, function listener(value) {
      if (test(value)) {
        emitter.off(event, listener);
        resolve(value);
      }
    });
  });

async function media(router) {
  const sender = new Peer();
  const receiver = new Peer();
  const transport = await reply(
    router.createPlainTransport({ listenInfo, comedia: true, rtcpMux: true }),
    dump,
  );
  await sender.connect(transport);
  await transport.enableTraceEvent(['probation', 'bwe']);
  const sink = await router.createPlainTransport({
    listenInfo,
    enableSctp: true,
  });
  await receiver.connect(sink);
  await reply(
    sink.connect({ ip: IP, port: receiver.port }),
    ({ tuple, rtcpTuple, srtpParameters } = sink) => ({
      tuple,
      rtcpTuple,
      srtpParameters,
    }),
  );
  const direct = await reply(router.createDirectTransport(), dump);

  const audio = await reply(
    transport.produce({ kind: 'audio', rtpParameters: audioParameters }),
    ({ type }) => type,
  );
  await reply(audio.dump());
  const video = await reply(
    transport.produce({ kind: 'video', rtpParameters: videoParameters }),
    ({ type }) => type,
  );
  await audio.enableTraceEvent(['rtp', 'sr']);
  await video.enableTraceEvent(['keyframe', 'nack', 'pli', 'fir', 'sr']);

  const levels = await router.createAudioLevelObserver({
    maxEntries: 2,
    interval: 250,
  });
  const speaker = await router.createActiveSpeakerObserver({ interval: 250 });
  await levels.addProducer({ producerId: audio.id });
  await speaker.addProducer({ producerId: audio.id });

  const rtpCapabilities = structuredClone(router.rtpCapabilities);
  const consumed = ({ paused, producerPaused, score, preferredLayers }) => ({
    paused,
    producerPaused,
    score,
    preferredLayers,
  });
  const audioConsumer = await reply(
    sink.consume({ producerId: audio.id, rtpCapabilities, paused: true }),
    consumed,
  );
  const videoConsumer = await reply(
    sink.consume({
      producerId: video.id,
      rtpCapabilities,
      preferredLayers: { spatialLayer: 2, temporalLayer: 1 },
    }),
    consumed,
  );
  const directConsumer = await direct.consume({
    producerId: audio.id,
    rtpCapabilities,
  });
  const layers = (consumer) => () => consumer.preferredLayers;
  await reply(
    videoConsumer.setPreferredLayers({ spatialLayer: 1 }),
    layers(videoConsumer),
  );
  await reply(videoConsumer.setPriority(2), () => videoConsumer.priority);
  await videoConsumer.enableTraceEvent(['keyframe', 'nack', 'pli', 'fir']);
  await directConsumer.enableTraceEvent(['rtp']);

  const happened = Promise.all([
    wait(transport, 'tuple'),
    wait(audio, 'score'),
    wait(audio, 'trace', ({ type }) => type === 'rtp'),
    wait(audio, 'trace', ({ type }) => type === 'sr'),
    wait(video, 'score', (scores) => scores.length === 3),
    wait(video, 'trace', ({ type }) => type === 'keyframe'),
    wait(video, 'trace', ({ type }) => type === 'nack'),
    wait(video, 'trace', ({ type }) => type === 'pli'),
    wait(video, 'videoorientationchange'),
    wait(videoConsumer, 'score'),
    wait(videoConsumer, 'layerschange'),
    wait(videoConsumer, 'trace', ({ type }) => type === 'keyframe'),
    wait(videoConsumer, 'trace', ({ type }) => type === 'nack'),
    wait(videoConsumer, 'trace', ({ type }) => type === 'pli'),
    wait(videoConsumer, 'trace', ({ type }) => type === 'fir'),
    wait(directConsumer, 'rtp'),
    wait(directConsumer, 'trace'),
    wait(levels, 'volumes'),
    wait(speaker, 'dominantspeaker'),
  ]);
  const [{ ssrc }] = videoConsumer.rtpParameters.encodings;
  let received = 0;
  receiver.receive((packet) => {
    const isVideo = !isRtcp(packet) && packet.readUInt32BE(8) === ssrc;
    if (isVideo && ++received % 10 === 5) {
      const sequence = packet.readUInt16BE(2);
      receiver.send(receiverReport(ssrc), nack(ssrc, sequence));
      receiver.send(pli(ssrc), fir(ssrc));
    }
  });
  sender.talk((tick) => {
    sendAudio(sender, tick);
    sendVideo(sender, tick, tick < 5 ? 0 : 1);
  });
  await happened;

  for (const object of [
    audio,
    video,
    audioConsumer,
    videoConsumer,
    directConsumer,
    transport,
    sink,
    direct,
  ]) {
    await reply(object.dump());
    await reply(object.getStats());
  }
  await reply(router.dump());
  const silence = wait(levels, 'silence');
  const unsent = wait(videoConsumer, 'layerschange', (now) => !now);
  sender.close();
  await video.pause();
  await Promise.all([silence, unsent]);
  receiver.close();
  return {
    producer: video,
    consumer: videoConsumer,
    plainTransport: transport,
  };
}

async function data(router) {
  const direct = await router.createDirectTransport({
    maxReceiveMessageSize: 1000,
  });
  const producer = await reply(
    direct.produceData({ label: 'foo', protocol: 'bär' }),
    dump,
  );
  const consumer = await reply(
    direct.consumeData({ dataProducerId: producer.id, subchannels: [2, 1] }),
    dump,
  );
  const subchannels = () => consumer.subchannels;
  await reply(consumer.setSubchannels([7, 3]), subchannels);
  await reply(consumer.addSubchannel(5), subchannels);
  await reply(consumer.removeSubchannel(7), subchannels);
  const messages = wait(consumer, 'message', (message) => message.length === 1);
  producer.send('héllo');
  producer.send(Buffer.from([1, 2, 255]));
  producer.send('');
  await messages;
  for (const object of [producer, consumer]) {
    await reply(object.dump());
    await reply(object.getStats());
  }
  return { directTransport: direct, dataConsumer: consumer };
}

async function pipe(router, router2) {
  const options = {
    listenInfo,
    enableSctp: true,
    enableRtx: true,
    enableSrtp: true,
  };
  const near = await reply(router.createPipeTransport(options), dump);
  const far = await router2.createPipeTransport(options);
  // The first of them to have data to carry connects.
  const connected = Promise.all([
    wait(near, 'sctpstatechange', (state) => state === 'connected'),
    wait(far, 'sctpstatechange', (state) => state === 'connected'),
  ]);
  await reply(
    near.connect({
      ip: far.tuple.localAddress,
      port: far.tuple.localPort,
      srtpParameters: far.srtpParameters,
    }),
    () => ({ tuple: near.tuple }),
  );
  await far.connect({
    ip: near.tuple.localAddress,
    port: near.tuple.localPort,
    srtpParameters: near.srtpParameters,
  });

  const audio = await near.produce({
    kind: 'audio',
    rtpParameters: audioParameters,
  });
  const consumer = await near.consume({ producerId: audio.id });
  await reply(consumer.dump());
  await reply(consumer.getStats());
  const producer = await near.produceData({
    sctpStreamParameters: {
      streamId: 3,
      ordered: false,
      maxPacketLifeTime: 500,
    },
  });
  const dataConsumer = await reply(
    near.consumeData({ dataProducerId: producer.id }),
    dump,
  );
  await connected;
  await reply(dataConsumer.getBufferedAmount());
  await reply(dataConsumer.send('hello'));
  await reply(producer.dump());
  await reply(near.dump());
  await reply(near.getStats());
}

async function webRtc(worker, router) {
  const server = await worker.createWebRtcServer({
    listenInfos: [
      { protocol: 'udp', ip: IP, announcedAddress: 'foo.example' },
      { protocol: 'tcp', ip: IP },
    ],
  });
  const transport = await reply(
    router.createWebRtcTransport({ webRtcServer: server, enableSctp: true }),
    dump,
  );
  await reply(
    router.createWebRtcTransport({
      listenInfos: [listenInfo],
      preferUdp: true,
      initialAvailableOutgoingBitrate: 1e6,
    }),
    dump,
  );
  await transport.setMaxIncomingBitrate(1000000);
  await transport.setMaxOutgoingBitrate(2000000);
  await transport.setMinOutgoingBitrate(300000);
  await reply(transport.getStats());
  await reply(transport.restartIce());
  const fingerprint = Array(32).fill('AB').join(':');
  await reply(
    transport.connect({
      dtlsParameters: {
        role: 'client',
        fingerprints: [{ algorithm: 'sha-256', value: fingerprint }],
      },
    }),
    () => ({ dtlsLocalRole: transport.dtlsParameters.role }),
  );
  await reply(server.dump());
  return transport;
}

async function srtp(router) {
  const transport = await reply(
    router.createPlainTransport({
      listenInfo,
      rtcpMux: false,
      enableSrtp: true,
      srtpCryptoSuite: 'AEAD_AES_256_GCM',
    }),
    dump,
  );
  const { srtpParameters } = transport;
  await reply(
    transport.connect({ ip: IP, port: 9, rtcpPort: 10, srtpParameters }),
    () => ({
      tuple: transport.tuple,
      rtcpTuple: transport.rtcpTuple,
      srtpParameters: transport.srtpParameters,
    }),
  );
  await reply(transport.getStats());
}

/** @returns The Worker, and an object of each kind, to which messages can be forged. */
export async function meeting() {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs });
  const router2 = await worker.createRouter({ mediaCodecs });
  const webRtcTransport = await webRtc(worker, router);
  await srtp(router);
  const dataPeople = await data(router);
  await pipe(router, router2);
  const mediaPeople = await media(router);
  await reply(worker.dump());
  await reply(worker.getResourceUsage());
  return { worker, webRtcTransport, ...dataPeople, ...mediaPeople };
}
