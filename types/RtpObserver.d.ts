import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { Producer } from './Producer';

export type RtpObserverType = 'audiolevel' | 'activespeaker';

export type RtpObserverEvents = {
  /** The Router was closed, and this with it. */
  routerclose: [];
  '@close': [];
};

export type RtpObserverObserver =
  EnhancedEventEmitter<RtpObserverObserverEvents>;

export type RtpObserverObserverEvents = {
  close: [];
  pause: [];
  resume: [];
  addproducer: [Producer];
  removeproducer: [Producer];
};

/** Common part of the two kinds of listener to audio Producers. */
export interface RtpObserver<
  RtpObserverAppData extends AppData = AppData,
  Events extends RtpObserverEvents = RtpObserverEvents,
  Observer extends RtpObserverObserver = RtpObserverObserver,
> extends EnhancedEventEmitter<Events> {
  readonly id: string;

  readonly closed: boolean;

  readonly type: RtpObserverType;

  readonly paused: boolean;

  appData: RtpObserverAppData;

  readonly observer: Observer;

  close(): void;

  /** @private */
  routerClosed(): void;

  /** Nothing is emitted until `resume()`. */
  pause(): Promise<void>;

  resume(): Promise<void>;

  /** Rejects with a NotFoundError for a Producer of elsewhere, with a TypeError for video. */
  addProducer(options: { producerId: string }): Promise<void>;

  /** Rejects with a NotFoundError for a Producer of elsewhere. */
  removeProducer(options: { producerId: string }): Promise<void>;
}

export declare const RtpObserverImpl: ClassOf<RtpObserver>;
export type RtpObserverImpl<
  RtpObserverAppData extends AppData = AppData,
  Events extends RtpObserverEvents = RtpObserverEvents,
  Observer extends RtpObserverObserver = RtpObserverObserver,
> = RtpObserver<RtpObserverAppData, Events, Observer>;
