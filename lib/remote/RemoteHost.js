'use strict';

/**
 * Holder of the objects that one connection has on a server: it sends their commands by the addon (the
 * compiled Rust module) and does the items that come back. `Connection` creates one for each epoch (one life
 * of a session on the server) and closes its Workers when the session is lost.
 */

const { addon: native } = require('../seam/native');
const { AppDataTable } = require('./AppDataTable');
const { Host } = require('../seam/Host');
const { AppDataChange, ItemKind, ObjectKind } = require('../seam/numbers');
const { APP_DATA, HAPPEN, NONE_YET } = require('../seam/internalMembers');

/** Time to wait for the process of a closed Worker, in milliseconds. */
const ENDING_MS = 5000;

/**
 * Objects of one epoch of a session on a server. They are the same through lost links and resynchronisations;
 * a session that was lost and begun again has another host.
 *
 * Its owner, the Connection, lists Workers and handles changes of the link: `addWorker(worker)`,
 * `removeWorker(worker)`, `linkChanges(host, change)`, `isBusy()`, `isIdle()`, `hostFails(host, error)`.
 */
class RemoteHost extends Host {
  #owner;
  #appDataTable;
  #isLeaving = false;
  #flushing = false;

  /** Closed Workers whose processes haven't left, and how long they are waited for. */
  #ending = new Map();

  /**
   * @param {number} number
   * @param {{ addWorker(worker: object): void, removeWorker(worker: object): void,
   *   linkChanges(host: RemoteHost, change: object): void, isBusy(): void, isIdle(): void,
   *   hostFails(host: RemoteHost, error: Error): void }} owner
   */
  constructor(number, owner) {
    super(number);
    this.#owner = owner;
    this.#appDataTable = new AppDataTable({
      appData: (id, text, revision) => {
        native.appData(number, id, text, revision);
        this.scheduleFlush();
      },
      setAppData: (handle, id) => {
        native.setAppData(number, handle, id);
        this.scheduleFlush();
      },
    });
  }

  /** See `LocalHost.request()`. What is sent in one turn of the event loop travels together. */
  request(handle, command, appData, data) {
    const { number } = this;
    const appDataId = this.#appDataTable.name(appData);
    let id;
    if (data !== undefined) {
      id = native.requestWithData(number, handle, command, data);
    } else if (appDataId !== 0) {
      id = native.requestWithAppData(number, handle, command, appDataId);
    } else {
      id = native.request(number, handle, command);
    }
    if (id === 0) throw this.refusal();
    this.scheduleFlush();
    this.#owner.isBusy();
    const answer = this.answer(id, appData);
    // A createWorker() is sent again if the session is lost: see `takeOver()`.
    if (handle === 0) this.pending.get(id).command = command;
    return answer;
  }

  /** Something came from the server. */
  receive() {
    this.drain(native.receive(this.number));
    this.scheduleEvents();
  }

  /** Sends the createWorker() of another host again, whose session was lost. */
  takeOver(lost) {
    for (const { resolve, reject, appData, command } of lost.pending.values()) {
      try {
        this.request(0, command, appData).then(resolve, reject);
      } catch (error) {
        reject(error);
      }
    }
    lost.pending.clear();
    lost.retire();
  }

  /** Rejects all that waits for an answer that can't come any more. */
  rejectPending(error) {
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(error);
  }

  /** Changes inside appData can be sent, or not. */
  linkIs(up) {
    if (up) this.#appDataTable.start();
    else this.#appDataTable.stop();
  }

  /** The server tells anew what it has, and may have missed the last messages. */
  resynchronises() {
    this.#appDataTable.doubt();
  }

  /** The session is lost, or left, and so are the processes of its Workers. */
  retire() {
    this.#appDataTable.stop();
    for (const worker of [...this.#ending.keys()]) {
      worker[HAPPEN]('subprocessclose');
    }
  }

  /**
   * Leaves the session. What `closeAll` closes meanwhile is closed here alone; the addon has every
   * Worker that is still open then die.
   */
  leave(closeAll) {
    this.retire();
    native.disconnect(this.number);
    this.#isLeaving = true;
    closeAll();
    this.#isLeaving = false;
    this.receive();
  }

  /**
   * Does the items. A server can end no more than its own connection: an item that can't be done
   * is nobody's to catch, because most of them come out of an event.
   */
  drain(packed) {
    let first = packed;
    while (!this.#isLeaving) {
      try {
        super.drain(first);
        return;
      } catch (error) {
        this.#owner.hostFails(this, error);
        first = undefined;
      }
    }
  }

  create(handle, kind, [parent, request, appDataOf, id, appDataId]) {
    // What other clients created has no request of ours.
    const appData =
      this.pending.get(request)?.appData ??
      (appDataId === null ? undefined : this.#appDataTable.find(appDataId)) ??
      this.find(appDataOf)?.appData ??
      NONE_YET;
    // First, because a listener may already give the object another. mediasoup takes an empty
    // string or 0 for an appData, too.
    if (typeof appData === 'object') {
      this.#appDataTable.attach(handle, appData, appDataId ?? 0);
    }
    if (kind === ObjectKind.Worker) {
      this.#owner.addWorker(this.make(kind, handle, id, appData));
    } else {
      this.adopt(kind, handle, parent, id, appData);
    }
  }

  settle(id, errorClass, payloadKind) {
    super.settle(id, errorClass, payloadKind);
    if (this.pending.size === 0) this.#owner.isIdle();
  }

  unregister(handle, object) {
    super.unregister(handle, object);
    this.#appDataTable.detach(handle);
  }

  hear(kind, handle, change, payload) {
    const value = JSON.parse(payload);
    if (kind === ItemKind.Link) {
      this.#owner.linkChanges(this, value);
    } else if (kind !== ItemKind.AppData) {
      return;
    } else if (change === AppDataChange.Assignment) {
      const object = this.objects.get(handle);
      object?.[APP_DATA](this.#appDataTable.assign(handle, value) ?? NONE_YET);
    } else {
      const [id, content, revision] = value;
      this.#appDataTable.receive(id, content, revision);
    }
  }

  /** The application gives an object another appData. */
  setAppData(handle, appData) {
    if (this.objects.has(handle)) this.#appDataTable.set(handle, appData);
  }

  /** Names the appData of a piped object's origin to the server: both objects share it. */
  shareAppDataOf(id) {
    for (const object of this.objects.values()) {
      if (object.id === id) this.#appDataTable.share(object.appData);
    }
  }

  /** The appData of an object that was given none, when it is first asked for. */
  newAppData(handle) {
    const appData = {};
    if (this.objects.has(handle)) this.#appDataTable.attach(handle, appData, 0);
    return appData;
  }

  workerIsClosed(worker) {
    // As a child of ours would, its process keeps ours alive until it has left.
    if (!worker.subprocessClosed && !this.#isLeaving) {
      const giveUp = setTimeout(() => this.#ending.delete(worker), ENDING_MS);
      this.#ending.set(worker, giveUp);
    }
    this.#owner.removeWorker(worker);
  }

  workerProcessIsGone(worker) {
    clearTimeout(this.#ending.get(worker));
    this.#ending.delete(worker);
  }

  /** The connection has given a Worker up: closes what it held. */
  workerDied(worker) {
    this.emitAll(native.close(this.number, worker));
    this.drain();
  }

  /** Its process isn't ours. */
  processOf(_worker) {
    return undefined;
  }

  /** JSON text: a server may call anything a pid, also what has no text of its own. */
  pidOf(worker) {
    return this.readText(worker, 'pid') ?? undefined;
  }

  /** Also what has no answer travels with the rest of its turn. */
  updateMediaCodecs(router, mediaCodecs) {
    super.updateMediaCodecs(router, mediaCodecs);
    this.scheduleFlush();
  }

  /** Everything that this tick sends travels together, after the tick's promises. */
  scheduleFlush() {
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(this.#flush);
  }

  #flush = () => {
    this.#flushing = false;
    native.flush(this.number);
  };
}

exports.RemoteHost = RemoteHost;
