/**
 * Layers of a video stream, as a scalability mode such as `L3T3_KEY` spells them.
 * @packageDocumentation
 */

export type ScalabilityMode = {
  /** Number of spatial layers, from 1. */
  spatialLayers: number;
  /** Number of temporal layers, from 1. */
  temporalLayers: number;
  /** True if spatial layers depend on each other in key frames only (`_KEY`). */
  ksvc: boolean;
};

/** Reads `L2T3`, `S3T3`, `L3T3_KEY`... Anything else, or nothing, is one layer of each. */
export declare function parseScalabilityMode(
  scalabilityMode?: string,
): ScalabilityMode;
