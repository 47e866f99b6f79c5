// What a block that shows a part of a program may use without saying where it comes from.

declare const mediasoup: typeof import('remote-mediasoup');
declare const worker: import('remote-mediasoup').types.Worker;
declare const router: import('remote-mediasoup').types.Router;
declare const transport: import('remote-mediasoup').types.WebRtcTransport;
declare const producer: import('remote-mediasoup').types.Producer;
declare const consumer: import('remote-mediasoup').types.Consumer;
