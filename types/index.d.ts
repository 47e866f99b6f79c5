/** Functions and members of the module itself, beside classes and data. @packageDocumentation */

import type { AppData } from './common';
import type { EnhancedEventEmitter } from './enhancedEvents';
import type { RouterRtpCapabilities } from './rtpParameters';
import type { parseScalabilityMode } from './scalabilityModes';
import type { Worker, WorkerSettings } from './Worker';

/** The root of all `observer`s: from here every object that is created can be seen. */
export type Observer = EnhancedEventEmitter<ObserverEvents>;

export type ObserverEvents = {
  /** Emitted before `createWorker()` resolves. */
  newworker: [Worker];
};

/** Listeners for logs. A level without a listener goes to `debug`'s own output alone. */
export type LogEventListeners = {
  ondebug?: (namespace: string, log: string) => void;
  onwarn?: (namespace: string, log: string) => void;
  onerror?: (namespace: string, log: string, error?: Error) => void;
};

/** The module as an object, for those who inject it. */
export interface Index {
  version: string;
  observer: Observer;
  workerBin: string;
  setLogEventListeners: (listeners?: LogEventListeners) => void;
  createWorker: <WorkerAppData extends AppData = AppData>(
    options?: WorkerSettings<WorkerAppData>,
  ) => Promise<Worker<WorkerAppData>>;
  getSupportedRtpCapabilities: () => RouterRtpCapabilities;
  parseScalabilityMode: typeof parseScalabilityMode;
}
