/** Workers on a server, which mediasoup itself doesn't know. @packageDocumentation */

import type { EventEmitter } from 'node:events';
import { EnhancedEventEmitter } from './enhancedEvents';
import type * as errors from './errors';
import type * as extras from './extras';
import type { LogEventListeners, Observer } from './index';
import type * as ortc from './ortc';
import type { RouterRtpCapabilities } from './rtpParameters';
import type { parseScalabilityMode } from './scalabilityModes';
import type { CreateWorker, VerticalSetting } from './vertical';
import type { Worker } from './Worker';

/** Options of the connection to a server. */
export type ConnectOptions = {
  /** Token of the client: a secret of the server's token file, or a signed token. Default none. */
  token?: string;
  /**
   * Name of the session to join. Whoever joins it sees the objects of all others in it, and it outlives
   * its clients for the server's `--session-ttl`. Default: a session of this connection alone,
   * which ends with it.
   */
  session?: string;
  /**
   * Path of a PEM file with the certificates to trust. Default: REMOTE_MEDIASOUP_CA, or else the
   * system's.
   */
  ca?: string;
  /**
   * Path of a PEM file with our own certificate, for servers that ask for one (`--client-ca`); given
   * together with `key`. Default none; REMOTE_MEDIASOUP_CERT for the server of REMOTE_MEDIASOUP_URL.
   */
  cert?: string;
  /**
   * Path of a PEM file with the key of `cert`. Default none; REMOTE_MEDIASOUP_KEY for the server of
   * REMOTE_MEDIASOUP_URL.
   */
  key?: string;
  /**
   * Time in milliseconds that a command waits for an unreachable server before it is
   * rejected; `connect()` waits as long for the first link. Default: REMOTE_MEDIASOUP_REQUEST_TIMEOUT, or else
   * 30000.
   */
  requestTimeoutMs?: number;
  /** For Workers that aren't created with another: see `VerticalSetting`. */
  vertical?: VerticalSetting['vertical'];
  /**
   * Emits `newworker`. Who wants to hear of the objects that a session has already gives an emitter that
   * is listened to; they are announced before `connect()` resolves. Default: a new one.
   */
  observer?: EventEmitter;
};

/** State of the session as a new link found it. */
export type ConnectionOutcome =
  /** The first link. */
  | 'first'
  /** Everything goes on where it was cut. */
  | 'resumed'
  /**
   * The server had given us up. The objects are brought up to date; commands without an answer are
   * rejected.
   */
  | 'rejoined'
  /** The session was lost, for instance because the server was restarted. All Workers have died. */
  | 'renewed';

export type ConnectionEvents = {
  /** There is a link. `draining`: the server takes no new Workers. `agent`: its software. */
  connected: [{ outcome: ConnectionOutcome; draining: boolean; agent: string }];
  /** The link is lost. Another is tried in so many milliseconds; commands wait for it. */
  disconnected: [{ reason: string; retryInMs: number }];
  /** After `connected`: the outcome was 'resumed'. */
  resumed: [];
  /** After `connected`: the outcome was 'rejoined'. */
  resynchronised: [];
  /** After `connected`: the outcome was 'renewed'. */
  renewed: [];
  /** The server takes no new Workers any more and leaves within so many milliseconds. */
  draining: [{ withinMs: number }];
  /**
   * The server doesn't want us: a wrong token, a limit, another version. All Workers have died. The
   * next `createWorker()` tries again.
   */
  refused: [Error];
  /** `close()` was called. */
  closed: [];
};

/** Counters of a connection, since it was made. */
export type ConnectionStats = {
  state: 'connecting' | 'connected' | 'disconnected' | 'refused' | 'closed';
  /** Links after the first. */
  reconnects: number;
  /** Of these, those that went on where they were cut. */
  resumed: number;
  /** Snapshots after the first, by which objects were brought up to date. */
  resynchronised: number;
  /** Links that found the session, but no place of ours in it. */
  rejoined: number;
  /** Links that found the session lost. */
  renewed: number;
  /** Commands without an answer. */
  inFlight: number;
  /** Entries that the server hasn't acknowledged. */
  waiting: number;
  bytesSent: number;
  bytesReceived: number;
  /** Reason why the last link was lost or failed. */
  lastError: string | null;
  /** Open Workers. */
  workers: number;
  /** Open objects, Workers among them. */
  objects: number;
};

/** The module's functions and members, for the Workers of one server. */
export interface RemoteMediasoup {
  errors: typeof errors;
  extras: typeof extras;
  ortc: typeof ortc;
  version: string;
  observer: Observer;
  /** The local one; a server runs its own. */
  workerBin: string;
  setLogEventListeners: (listeners?: LogEventListeners) => void;
  /**
   * Starts a Worker on the server. It waits for the server as any command does. DTLS files are
   * read here and sent. Another `workerBin` is refused.
   */
  createWorker: CreateWorker;
  getSupportedRtpCapabilities: () => RouterRtpCapabilities;
  parseScalabilityMode: typeof parseScalabilityMode;
  /** The session's open Workers, whoever created them. The array is kept up to date. */
  readonly workers: readonly Worker[];
  /** Tells of the link. */
  readonly connection: EnhancedEventEmitter<ConnectionEvents>;
  stats(): ConnectionStats;
  /**
   * Says goodbye and closes all objects here. The Workers of a session without a name end on the
   * server, too. What waits for an answer rejects.
   */
  close(): void;
}

/**
 * Connects to a server: `wss://host`, or `ws://host` without encryption, with a port if it isn't
 * 443 or 80.
 *
 * Without a URL it is the server of REMOTE_MEDIASOUP_URL, _TOKEN and _SESSION, and the connection is the
 * one that the module's own `createWorker()` uses, with the module's `observer` and `workers`.
 *
 * Rejects with a TypeError for arguments or environment variables that are wrong, and with an Error when
 * the server refuses us or can't be reached in time.
 */
export declare function connect(
  url?: string | URL,
  options?: ConnectOptions,
): Promise<RemoteMediasoup>;

export type RemoteMediasoupClientEvents = {
  /** It is open, for the first time. */
  mediasoup: [RemoteMediasoup];
  connected: ConnectionEvents['connected'];
  disconnected: ConnectionEvents['disconnected'];
  /** It can't be opened, or was refused later; `close` follows. */
  error: [Error];
  close: [];
};

/** `connect()` in the form of a client. */
export declare class RemoteMediasoupClient extends EnhancedEventEmitter<RemoteMediasoupClientEvents> {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSING: 2;
  static readonly CLOSED: 3;

  /** Given a URL, it opens at once. Throws a TypeError for options that are wrong. */
  constructor(
    options?: string | URL | (ConnectOptions & { url?: string | URL }),
  );

  /** As a WebSocket's; CONNECTING also while a link that was lost is looked for. */
  readonly readyState: 0 | 1 | 2 | 3;

  /** Stand-in for the module mediasoup, from the first link until the connection is closed. */
  readonly mediasoup: RemoteMediasoup | undefined;

  /** Rejects as `connect()` does; wrong arguments throw at once. */
  open(url?: string | URL): Promise<RemoteMediasoup>;

  /** Says goodbye: see `RemoteMediasoup.close()`. It can be opened again. */
  close(): void;

  /** Closes it for good and removes all listeners. */
  destroy(): void;
}
