import type { AppData, ClassOf } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { Producer } from './Producer';
import type {
  RtpObserver,
  RtpObserverEvents,
  RtpObserverObserverEvents,
} from './RtpObserver';

export type ActiveSpeakerObserverOptions<
  ActiveSpeakerObserverAppData extends AppData = AppData,
> = {
  /** Milliseconds between two looks. Default 300. */
  interval?: number;
  appData?: ActiveSpeakerObserverAppData;
};

export type ActiveSpeakerObserverDominantSpeaker = {
  producer: Producer;
};

export type ActiveSpeakerObserverEvents = RtpObserverEvents & {
  /** Another one speaks now. */
  dominantspeaker: [ActiveSpeakerObserverDominantSpeaker];
};

export type ActiveSpeakerObserverObserver =
  EnhancedEventEmitter<ActiveSpeakerObserverObserverEvents>;

export type ActiveSpeakerObserverObserverEvents = RtpObserverObserverEvents & {
  dominantspeaker: [ActiveSpeakerObserverDominantSpeaker];
};

/** Observer that says who speaks, by speech rather than by loudness. */
export interface ActiveSpeakerObserver<
  ActiveSpeakerObserverAppData extends AppData = AppData,
> extends RtpObserver<
  ActiveSpeakerObserverAppData,
  ActiveSpeakerObserverEvents,
  ActiveSpeakerObserverObserver
> {
  readonly type: 'activespeaker';

  readonly observer: ActiveSpeakerObserverObserver;
}

export declare const ActiveSpeakerObserverImpl: ClassOf<ActiveSpeakerObserver>;
export type ActiveSpeakerObserverImpl<
  ActiveSpeakerObserverAppData extends AppData = AppData,
> = ActiveSpeakerObserver<ActiveSpeakerObserverAppData>;
