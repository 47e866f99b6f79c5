/** `mediasoup/extras`: the event emitter, for applications that want it for their own classes. */

export { EnhancedEventEmitter, enhancedOnce } from './enhancedEvents';
