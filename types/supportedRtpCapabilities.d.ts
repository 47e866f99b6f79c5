import type { RouterRtpCapabilities } from './rtpParameters';

/** All codecs and header extensions there are. Take the copy of `getSupportedRtpCapabilities()`. */
export declare const supportedRtpCapabilities: RouterRtpCapabilities;
