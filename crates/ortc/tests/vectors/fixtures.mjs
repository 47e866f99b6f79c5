// The inputs that generate.mjs feeds to mediasoup, good and hostile, by the file that they go into.

export {
  hostile,
  smallCapabilities,
  smallParameters,
} from './fixtures/common.mjs';
export * from './fixtures/meetings.mjs';
export * from './fixtures/routers.mjs';
export * from './fixtures/strangers.mjs';
export * from './fixtures/validation.mjs';
