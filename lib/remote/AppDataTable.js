'use strict';

/**
 * Synchronisation of appData (the object that an application hangs on a Worker, Router, Producer, ...) with a
 * server, so that other clients of the session see it. A `RemoteHost` has one; it gives each appData a name
 * on the server, sends its content when that has changed, and merges changes of other clients into the
 * application's own object.
 */

const { randomInt } = require('node:crypto');
const { acceptable, merge, textOf } = require('./appDataJson');
const { FORGOTTEN } = require('../seam/numbers');
const { AppDataPoller } = require('./AppDataPoller');

/** An appData is named by 53 bits: 33 that are drawn, 20 that are counted. */
const DRAWN = 2 ** 33;
const COUNTED = 2 ** 20;

/** Content of an appData that needs no name: nothing. */
const EMPTY = '{}';

/**
 * Values that came and that no object has yet: those of objects about to be announced. More
 * are kept only as long as someone else holds them.
 */
const ARRIVED = 1024;

/**
 * Table of the appData of one host's objects: the application's object, its name on the server, and the
 * content that the server has.
 *
 * A *cell* is one appData object, shared by any number of objects. Its states: unnamed (the server doesn't
 * need to know of it: it holds nothing, or nothing that JSON has), sent (the server has its name and
 * content), named but not sent (it must be sent again before its next use). The cells of open objects are
 * polled for changes inside.
 */
class AppDataTable {
  #appData;
  #setAppData;

  /** Cell by appData object. */
  #cells = new WeakMap();

  /** Cell by name. */
  #named = new Map();

  /** Cell by handle of an open object. */
  #ofHandle = new Map();

  /** See `ARRIVED`. */
  #arrived = new Set();

  /** Names of appData objects that JavaScript has forgotten. */
  #forgotten = new FinalizationRegistry((id) => {
    const cell = this.#named.get(id);
    if (cell && cell.ref.deref() === undefined) this.#named.delete(id);
  });

  #poller;
  #drawn = 0;
  #count = COUNTED;

  /**
   * @param {{ appData(id: number, text: string, revision: number): void, setAppData(handle: number, id: number): void }} seam
   *   what tells the server
   * @param {object} [clock] of the `AppDataPoller`
   */
  constructor({ appData, setAppData }, clock) {
    this.#appData = appData;
    this.#setAppData = setAppData;
    this.#poller = new AppDataPoller((cell) => this.#look(cell), clock);
  }

  /** Changes can be sent. */
  start() {
    this.#poller.start();
  }

  /** Changes can't be sent. They are sent when they can. */
  stop() {
    this.#poller.stop();
  }

  /** The server may have missed the last messages. */
  doubt() {
    for (const cell of this.#named.values()) {
      cell.told = false;
      cell.revision = 0;
    }
  }

  /**
   * The name of an appData that is about to be used; the server has been told what it holds.
   *
   * @param {unknown} appData
   * @returns {number} 0 for one that the server doesn't need to know of
   */
  name(appData) {
    if (typeof appData !== 'object' || appData === null) return 0;
    const cell = this.#cellOf(appData);
    if (!cell.told && this.#poller.isDue(cell)) this.#poller.lookAt(cell);
    return cell.told ? cell.id : 0;
  }

  /** Names an appData even if it holds nothing, because other objects are going to have it. */
  share(appData) {
    if (typeof appData !== 'object' || appData === null) return;
    const cell = this.#cellOf(appData);
    if (cell.id === 0 && textOf(appData) === EMPTY) {
      this.#tell(cell, appData, EMPTY);
    } else {
      this.name(appData);
    }
  }

  /** An open object has this appData, and the server knows it by that name. */
  attach(handle, appData, id) {
    const cell = this.#cellOf(appData);
    cell.handles.add(handle);
    this.#ofHandle.set(handle, cell);
    this.#arrived.delete(appData);
    this.#poller.add(cell);
    if (id !== 0 && cell.id === id) cell.told = true;
    const name = cell.told ? cell.id : 0;
    if (name !== id) this.#setAppData(handle, name);
  }

  /** An object is closed: nobody cares for its appData any more. */
  detach(handle) {
    const cell = this.#ofHandle.get(handle);
    if (cell === undefined) return;
    this.#ofHandle.delete(handle);
    cell.handles.delete(handle);
    if (cell.handles.size > 0) return;
    this.#poller.delete(cell);
    // A server has no reason to keep what no object has.
    cell.told = false;
  }

  /** The application gives an open object another appData. */
  set(handle, appData) {
    this.detach(handle);
    const id = this.name(appData);
    this.#setAppData(handle, id);
    if (typeof appData === 'object' && appData !== null) {
      this.attach(handle, appData, id);
    }
  }

  /**
   * Takes over content of an appData from a server. Another client made it, and may have made anything.
   *
   * @param {number} revision the last of our own changes that it comes after. Those behind it are on
   *   their way, and count more for the server than this content
   */
  receive(id, content, revision) {
    const value = acceptable(content);
    if (value === undefined) return;
    const cell = this.#named.get(id);
    if (cell?.told && revision < cell.revision) return;
    const appData = cell?.ref.deref();
    if (appData === undefined) {
      this.#arrive(id, value);
    } else {
      this.#merge(cell, appData, value);
    }
    const own = this.#named.get(id);
    own.revision =
      revision === FORGOTTEN ? 0 : Math.max(own.revision, revision);
  }

  /** @returns {object | undefined} the appData of a name */
  find(id) {
    return this.#named.get(id)?.ref.deref();
  }

  /**
   * Another client has given an object another appData.
   *
   * @param {number} handle
   * @param {number | null} id
   * @returns {object | undefined} what it is from now on; `undefined` for one that holds nothing
   */
  assign(handle, id) {
    const cell = this.#ofHandle.get(handle);
    const own = cell?.ref.deref();
    const isOwnNamed = cell !== undefined && cell.id !== 0;
    if (own !== undefined && (isOwnNamed ? cell.id === id : id === null)) {
      return own;
    }
    const given = id === null ? undefined : this.find(id);
    if (given === undefined) {
      this.detach(handle);
      return undefined;
    }
    const isNew = this.#named.get(id).handles.size === 0;
    if (own !== undefined && !isOwnNamed && isNew) {
      // What was empty on both sides was filled there: it is the same appData.
      const after = JSON.parse(textOf(given) ?? EMPTY);
      this.#arrived.delete(given);
      this.#bind(cell, id, own);
      this.#merge(cell, own, after);
      return own;
    }
    this.detach(handle);
    this.attach(handle, given, id);
    return given;
  }

  #cellOf(appData) {
    let cell = this.#cells.get(appData);
    if (cell === undefined) {
      cell = {
        ref: new WeakRef(appData),
        id: 0,
        told: false,
        /** Content that the server has. */
        text: EMPTY,
        /** Number of changes sent to the server, as long as it knows us. */
        revision: 0,
        /** Of the open objects that have it. */
        handles: new Set(),
      };
      this.#cells.set(appData, cell);
    }
    return cell;
  }

  #bind(cell, id, appData) {
    cell.id = id;
    this.#named.set(id, cell);
    this.#forgotten.register(appData, id);
  }

  /** An appData that is new here. */
  #arrive(id, appData) {
    const cell = this.#cellOf(appData);
    this.#bind(cell, id, appData);
    cell.told = true;
    cell.text = textOf(appData) ?? EMPTY;
    this.#arrived.add(appData);
    if (this.#arrived.size > ARRIVED) {
      const [oldest] = this.#arrived;
      this.#arrived.delete(oldest);
    }
  }

  #merge(cell, appData, after) {
    const isChangedHere = textOf(appData) !== cell.text;
    merge(appData, JSON.parse(cell.text), after);
    cell.told = true;
    // What was changed here, too, goes to the others at the next inspection.
    cell.text = isChangedHere
      ? JSON.stringify(after)
      : (textOf(appData) ?? EMPTY);
  }

  /** Tells the server of what has changed inside. */
  #look(cell) {
    const appData = cell.ref.deref();
    if (appData === undefined) return;
    const text = textOf(appData);
    if (text === undefined || (cell.told && text === cell.text)) return;
    if (cell.id === 0 && text === EMPTY) return;
    this.#tell(cell, appData, text);
  }

  #tell(cell, appData, text) {
    const isNew = cell.id === 0;
    if (isNew) this.#bind(cell, this.#draw(), appData);
    this.#appData(cell.id, text, ++cell.revision);
    cell.text = text;
    cell.told = true;
    if (isNew) {
      for (const handle of cell.handles) this.#setAppData(handle, cell.id);
    }
  }

  /** A name that nobody else gives. */
  #draw() {
    if (this.#count === COUNTED) {
      this.#drawn = randomInt(DRAWN);
      this.#count = 1;
    }
    return this.#drawn * COUNTED + this.#count++;
  }
}

exports.AppDataTable = AppDataTable;
