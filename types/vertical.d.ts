/**
 * Logical Workers, which mediasoup itself doesn't know: one to the application, several processes.
 * @packageDocumentation
 */

import type { AppData } from './common';
import type { Worker, WorkerSettings } from './Worker';

/** Options of a logical Worker. */
export type VerticalOptions = {
  /**
   * Processes at most. Default: as many as there are free CPU slots on the machine, which programs
   * share. A number is taken at its word, slots or not, unless `requireSlot`.
   */
  maxWorkers?: number;
  /** CPU per cent of one core at which a process counts as full. Default 60. */
  watermark?: number;
  /** Processes that are kept running, used or not. Default 1. */
  minWorkers?: number;
  /**
   * Placement of new transports: 'fill' uses no more processes than the load needs, 'spread' as many as
   * there may be. Default 'fill'.
   */
  placement?: 'fill' | 'spread';
  /** Seconds after which an empty process ends. Default 30. */
  idleTimeout?: number;
  /**
   * True if every process needs a CPU slot of its own, the first one and those of `maxWorkers`, too:
   * `createWorker()` rejects where none is free. Default `false`.
   */
  requireSlot?: boolean;
};

/** Options of `createWorker()` beside mediasoup's settings. */
export type VerticalSetting = {
  /**
   * True if the Worker is a logical one: a Router of it uses as many processes, and so CPU cores, as its
   * load needs. Default: what `connect()` was given, REMOTE_MEDIASOUP_VERTICAL, or else what the server
   * says; on this machine `false`.
   */
  vertical?: boolean | VerticalOptions;
};

/** A Worker that says how it does: all of this package's do. */
export interface MeasuredWorker<
  WorkerAppData extends AppData = AppData,
> extends Worker<WorkerAppData> {
  stats(): Promise<WorkerStats>;
}

/** Statistics of a Worker: its processes, and sums over them. */
export type WorkerStats = ProcessStats & {
  /** Its processes. One, unless it is a logical Worker. */
  workers: (ProcessStats & { pid: number })[];
};

export type ProcessStats = {
  /**
   * CPU per cent of one core, measured about once a second; of a Worker that isn't logical that since
   * `stats()` was called before, 0 the first time.
   */
  load: number;
  transports: number;
  /** Consumers and DataConsumers. */
  consumers: number;
  /** Producers and DataProducers that are piped in from another process. */
  pipes: number;
};

/** `createWorker()` of this package. */
export type CreateWorker = <WorkerAppData extends AppData = AppData>(
  options?: WorkerSettings<WorkerAppData> & VerticalSetting,
) => Promise<MeasuredWorker<WorkerAppData>>;
