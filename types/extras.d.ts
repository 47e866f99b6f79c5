/**
 * `mediasoup/extras`: the event emitter, for applications that want it for their own classes.
 * @packageDocumentation
 */

export { EnhancedEventEmitter, enhancedOnce } from './enhancedEvents';
