/** `mediasoup/errors`. Bad arguments give the language's own `TypeError`. @packageDocumentation */

/** The operation isn't supported here: no codec fits, or this kind of object can't do it. */
export declare class UnsupportedError extends Error {
  constructor(message: string);
}

/** The Worker was closed, or died, before it could answer. */
export declare class WorkerClosedError extends Error {
  constructor(message: string);
}

/** The object that was addressed is gone, while its Worker lives. */
export declare class NotFoundError extends Error {
  constructor(message: string);
}
