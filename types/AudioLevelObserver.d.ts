import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { Producer } from './Producer';
import type {
  RtpObserver,
  RtpObserverEvents,
  RtpObserverObserverEvents,
} from './RtpObserver';

export type AudioLevelObserverOptions<
  AudioLevelObserverAppData extends AppData = AppData,
> = {
  /** Maximum number of Producers in `volumes`, the loudest first. Default 1. */
  maxEntries?: number;
  /** The least volume that counts, -127 to 0 dBvo. Default -80. */
  threshold?: number;
  /** Milliseconds between two looks. Default 1000. */
  interval?: number;
  appData?: AudioLevelObserverAppData;
};

export type AudioLevelObserverVolume = {
  producer: Producer;
  /** Mean of the last interval, -127 to 0 dBvo. */
  volume: number;
};

export type AudioLevelObserverEvents = RtpObserverEvents & {
  /** The loudest first. */
  volumes: [AudioLevelObserverVolume[]];
  /** Nobody is above the threshold any more. */
  silence: [];
};

export type AudioLevelObserverObserver =
  EnhancedEventEmitter<AudioLevelObserverObserverEvents>;

export type AudioLevelObserverObserverEvents = RtpObserverObserverEvents & {
  volumes: [AudioLevelObserverVolume[]];
  silence: [];
};

/** Observer that says who is how loud. */
export interface AudioLevelObserver<
  AudioLevelObserverAppData extends AppData = AppData,
> extends RtpObserver<
  AudioLevelObserverAppData,
  AudioLevelObserverEvents,
  AudioLevelObserverObserver
> {
  readonly type: 'audiolevel';

  readonly observer: AudioLevelObserverObserver;
}

export declare const AudioLevelObserverImpl: ClassOf<AudioLevelObserver>;
export type AudioLevelObserverImpl<
  AudioLevelObserverAppData extends AppData = AppData,
> = AudioLevelObserver<AudioLevelObserverAppData>;
