/** The types of mediasoup 3.27.1: a program written against either compiles against the other. */

import type { AppData } from './types/common';
import type { LogEventListeners, Observer } from './types/index';
import type { RouterRtpCapabilities } from './types/rtpParameters';
import type { Worker, WorkerSettings } from './types/Worker';

export type * as types from './types/types';
export * as errors from './types/errors';
export * as extras from './types/extras';
export * as ortc from './types/ortc';
export { parseScalabilityMode } from './types/scalabilityModes';
export { defaultWorkerBin as workerBin } from './types/Worker';

/** The version of mediasoup that this package stands in for. */
export declare const version: string;

/** Emits `newworker` for every Worker that is created. */
export declare const observer: Observer;

/** Replaces the listeners to logs; without an argument, there are none any more. */
export declare function setLogEventListeners(
  listeners?: LogEventListeners,
): void;

/**
 * Starts a Worker. Rejects with a TypeError for settings that are wrong, with an Error when its
 * process can't be started or ends at once.
 */
export declare function createWorker<WorkerAppData extends AppData = AppData>(
  options?: WorkerSettings<WorkerAppData>,
): Promise<Worker<WorkerAppData>>;

/** All codecs and header extensions there are, in a copy of the caller's own. */
export declare function getSupportedRtpCapabilities(): RouterRtpCapabilities;
