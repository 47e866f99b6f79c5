/**
 * Event emitters whose events, and the arguments that come with them, are known to TypeScript.
 * @packageDocumentation
 */

import { EventEmitter } from 'node:events';

/** Event name to the tuple of its arguments. */
export type Events = Record<string, any[]>;

/**
 * The base of every class: a Node EventEmitter without a limit of listeners.
 *
 * `E` are the emitter's own events, `BuiltInEvents` those that all emitters have, `E2` both.
 */
export declare class EnhancedEventEmitter<
  E extends Events = Events,
  BuiltInEvents extends Events = { listenererror: [keyof E, Error] },
  E2 extends Events = E & BuiltInEvents,
> extends EventEmitter {
  constructor();

  emit<K extends keyof E2 & string>(eventName: K, ...args: E2[K]): boolean;

  /**
   * `emit()` that doesn't throw: what a listener throws is emitted as `listenererror`, with the
   * name of the event and the error.
   */
  safeEmit<K extends keyof E2 & string>(eventName: K, ...args: E2[K]): boolean;

  on<K extends keyof E2 & string>(
    eventName: K,
    listener: (...args: E2[K]) => void,
  ): this;

  off<K extends keyof E2 & string>(
    eventName: K,
    listener: (...args: E2[K]) => void,
  ): this;

  addListener<K extends keyof E2 & string>(
    eventName: K,
    listener: (...args: E2[K]) => void,
  ): this;

  prependListener<K extends keyof E2 & string>(
    eventName: K,
    listener: (...args: E2[K]) => void,
  ): this;

  once<K extends keyof E2 & string>(
    eventName: K,
    listener: (...args: E2[K]) => void,
  ): this;

  prependOnceListener<K extends keyof E2 & string>(
    eventName: K,
    listener: (...args: E2[K]) => void,
  ): this;

  removeListener<K extends keyof E2 & string>(
    eventName: K,
    listener: (...args: E2[K]) => void,
  ): this;

  removeAllListeners<K extends keyof E2 & string>(eventName?: K): this;

  listenerCount<K extends keyof E2 & string>(eventName: K): number;

  listeners<K extends keyof E2 & string>(
    eventName: K,
  ): ((...args: any[]) => void)[];

  rawListeners<K extends keyof E2 & string>(
    eventName: K,
  ): ((...args: any[]) => void)[];
}

/**
 * `once()` of `node:events` for these emitters: resolves with the arguments of the next
 * `eventName`. `options` may hold an `AbortSignal`, as there.
 */
export declare function enhancedOnce<E extends Events = Events>(
  emitter: EnhancedEventEmitter<E>,
  eventName: keyof E & string,
  options?: any,
): Promise<any[]>;
