/** Type helpers that every other file here builds on. @packageDocumentation */

/** Data of the application on an object: kept by reference, never read by this library. */
export type AppData = {
  [key: string]: unknown;
};

/** `A` or `B`, but no mixture of the two: the other's fields must be left out. */
export type Either<A, B> = (Flat<A> & Without<B>) | (Flat<B> & Without<A>);

type Without<T> = { [Key in keyof T]?: never };

/** The fields of an intersection as one plain type. */
export type Flat<T> = { [Key in keyof T]: T[Key] };

/**
 * The class of objects that only this library makes. It serves `instanceof`; calling it is an
 * error, as the factory methods (`createWorker()`, `router.createPlainTransport()`...) are the way.
 */
export type ClassOf<T> = abstract new (...args: never[]) => T;
