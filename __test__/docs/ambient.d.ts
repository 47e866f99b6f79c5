// Names that code blocks in documents may use without declaring them, where they show a part of a program.
// programs.mjs adds this file when it type-checks such a block.

declare const mediasoup: typeof import('remote-mediasoup');
declare const worker: import('remote-mediasoup').types.Worker;
declare const router: import('remote-mediasoup').types.Router;
declare const transport: import('remote-mediasoup').types.WebRtcTransport;
declare const producer: import('remote-mediasoup').types.Producer;
declare const consumer: import('remote-mediasoup').types.Consumer;
