/**
 * The types of mediasoup 3.27.1: a program written against either compiles against the other. What
 * is about servers and logical Workers is ours.
 *
 * @packageDocumentation
 */

import type { AppData } from './types/common';
import type { LogEventListeners, Observer } from './types/index';
import type { RouterRtpCapabilities } from './types/rtpParameters';
import type { MeasuredWorker, VerticalSetting } from './types/vertical';
import type { Worker, WorkerSettings } from './types/Worker';

export type * as types from './types/types';
export * as errors from './types/errors';
export * as extras from './types/extras';
export * as ortc from './types/ortc';
export { parseScalabilityMode } from './types/scalabilityModes';
export { defaultWorkerBin as workerBin } from './types/Worker';

export { connect, RemoteMediasoupClient } from './types/remote';
export type {
  ConnectionEvents,
  ConnectionOutcome,
  ConnectionStats,
  ConnectOptions,
  RemoteMediasoup,
  RemoteMediasoupClientEvents,
} from './types/remote';
export type {
  CreateWorker,
  MeasuredWorker,
  ProcessStats,
  VerticalOptions,
  VerticalSetting,
  WorkerStats,
} from './types/vertical';

/** The version of mediasoup that this package stands in for. */
export declare const version: string;

/** Emits `newworker` for every Worker that is created. */
export declare const observer: Observer;

/** The open Workers, wherever they are. The array is kept up to date. */
export declare const workers: readonly Worker[];

/** Replaces the listeners to logs; without an argument, there are none any more. */
export declare function setLogEventListeners(
  listeners?: LogEventListeners,
): void;

/**
 * Starts a Worker: on the server that REMOTE_MEDIASOUP_URL names, or else on this machine. Rejects with a
 * TypeError for settings that are wrong, with an Error when its process can't be started or ends at
 * once, or when the server can't be reached in time.
 */
export declare function createWorker<WorkerAppData extends AppData = AppData>(
  options?: WorkerSettings<WorkerAppData> & VerticalSetting,
): Promise<MeasuredWorker<WorkerAppData>>;

/** All codecs and header extensions there are, in a copy of the caller's own. */
export declare function getSupportedRtpCapabilities(): RouterRtpCapabilities;
