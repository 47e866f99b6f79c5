'use strict';

/**
 * The subpath `mediasoup/types`: TypeScript's types alone (`index.d.ts`), so that this module exports nothing
 * at run time.
 */
