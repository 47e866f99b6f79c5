'use strict';

const { EnhancedEventEmitter } = require('../enhancedEvents');
const { Logger } = require('../Logger');
const {
  ADOPT,
  APP_DATA,
  ASK,
  HANDLE,
  HAPPEN,
  HEARS,
  HOST,
  NONE_YET,
  READ,
} = require('../seam/internalMembers');
const toJson = require('../seam/toJson');

/**
 * Base of all of mediasoup's classes (Worker, Router, Producer, ...). An object's state lives in Rust, under
 * a number, its handle; this class has the object's events, its `observer`, its appData, and the state of
 * being closed. Subclasses send commands by it; the object's host (holder of objects, `lib/seam/Host.js`)
 * calls it when Rust reports an event, a child or the end.
 *
 * A subclass states `static announcement`: the event by which its parent's observer announces it.
 */
class Entity extends EnhancedEventEmitter {
  #host;
  #handle;
  #appData;
  #observer;
  /** Set before its children close. */
  #closed = false;
  /** Set when it has told its own end. */
  #finished = false;

  constructor(host, handle, appData) {
    super();
    this.#host = host;
    this.#handle = handle;
    this.#appData = appData;
    this.on('listenererror', logListenerError);
  }

  get closed() {
    return this.#closed;
  }

  get appData() {
    if (this.#appData === NONE_YET) {
      this.#appData = this.#host.newAppData(this.#handle);
    }
    return this.#appData;
  }

  set appData(appData) {
    this.#appData = appData;
    this.#host.setAppData(this.#handle, appData);
  }

  /** Its observer. Few are looked at, so that it is made at the first look. */
  get observer() {
    return (this.#observer ??= new EnhancedEventEmitter());
  }

  /** Closes it and, at once, all that lives on it. */
  close() {
    if (this.#closed) return;
    loggerOf(this).debug('close()');
    this.#host.close(this.#handle);
  }

  get [HOST]() {
    return this.#host;
  }

  get [HANDLE]() {
    return this.#handle;
  }

  [APP_DATA](appData) {
    this.#appData = appData;
  }

  /** Sends a command, logged and named as the method is. What is refused throws at once. */
  [ASK](method, options, data) {
    loggerOf(this).debug(`${method}()`);
    const command =
      options === undefined ? `"${method}"` : toJson.command(method, options);
    return this.#host.request(this.#handle, command, options?.appData, data);
  }

  [READ](member) {
    return this.#host.read(this.#handle, member);
  }

  /** Ends are always noticed: they change the object itself. */
  [HEARS](event, observerEvent) {
    return (
      observerEvent === 'close' ||
      (event === undefined && observerEvent === undefined) ||
      this.listenerCount(event) > 0 ||
      this.#observer?.listenerCount(observerEvent) > 0
    );
  }

  [HAPPEN](event, observerEvent, args) {
    if (observerEvent === 'close') {
      if (this.#finished) return;
      this.#finished = true;
      this.#closed = true;
      this.#host.unregister(this.#handle, this);
    } else if (event === undefined && observerEvent === undefined) {
      this.#closed = true;
      return;
    }
    if (event !== undefined) this.safeEmit(event, ...args);
    if (observerEvent !== undefined) {
      this.#observer?.safeEmit(observerEvent, ...args);
    }
  }

  [ADOPT](child) {
    this.#observer?.safeEmit(child.constructor.announcement, child);
  }
}

/** An Entity with an id. */
class IdentifiedEntity extends Entity {
  #id;

  constructor(host, handle, id, appData) {
    super(host, handle, appData);
    this.#id = id;
  }

  get id() {
    return this.#id;
  }
}

const loggers = new Map();

function loggerOf(entity) {
  const { constructor } = entity;
  let logger = loggers.get(constructor);
  if (!logger) {
    logger = new Logger(constructor.name.replace(/Impl$/, ''));
    loggers.set(constructor, logger);
  }
  return logger;
}

function logListenerError(eventName, error) {
  loggerOf(this).error(
    `event listener threw an error [eventName:${eventName}]:`,
    error,
  );
}

exports.Entity = Entity;
exports.IdentifiedEntity = IdentifiedEntity;
exports.loggerOf = loggerOf;
