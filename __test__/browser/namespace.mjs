/**
 * A Linux network namespace with a virtual cable to it, for `namespace.test.mjs`: to the programs in it, the
 * test's own machine is another host. Its names carry this process's id, so that two runs don't collide.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

/** Addresses for tests between networks, RFC 2544. A cable has four, of which two are ends. */
const NETWORK = '198.18';
const CABLES = 64 * 256;

export class Namespace {
  #name = `remote-mediasoup-${process.pid}`;
  #ourEnd = `rmo${process.pid}`;
  #theirEnd = `rmt${process.pid}`;
  #guard;

  /** @returns {string | false} Why there can be none here. */
  static whyNot() {
    if (process.getuid?.() !== 0) {
      return 'network namespaces need root';
    }
    const { error, status } = spawnSync('ip', ['netns', 'list']);
    return error || status !== 0 ? 'there is no command `ip netns`' : false;
  }

  /** @param {{ mtu?: number }} [options] - MTU of both ends of the cable; default: Ethernet's. */
  constructor({ mtu = 1500 } = {}) {
    const cable = process.pid % CABLES;
    const third = Math.floor(cable / 64);
    const fourth = (cable % 64) * 4;
    /** Of our end of the cable. */
    this.ourAddress = `${NETWORK}.${third}.${fourth + 1}`;
    /** Of the namespace's end of the cable. */
    this.address = `${NETWORK}.${third}.${fourth + 2}`;
    this.#guard = this.#startGuard();
    ip('netns', 'add', this.#name);
    ip(
      ...['link', 'add', this.#ourEnd, 'type', 'veth'],
      ...['peer', 'name', this.#theirEnd, 'netns', this.#name],
    );
    ip('addr', 'add', `${this.ourAddress}/30`, 'dev', this.#ourEnd);
    ip('link', 'set', this.#ourEnd, 'mtu', String(mtu), 'up');
    const inside = ['-n', this.#name];
    ip(...inside, 'addr', 'add', `${this.address}/30`, 'dev', this.#theirEnd);
    ip(
      ...[...inside, 'link', 'set', this.#theirEnd],
      ...['mtu', String(mtu), 'up'],
    );
    ip(...inside, 'link', 'set', 'lo', 'up');
  }

  /**
   * Waits for the end of this process, whatever it may be, or for `remove()`:
   * both close its input. Then it removes what was made, programs included.
   */
  #startGuard() {
    const script = `
      cat
      ip netns pids ${this.#name} | xargs -r kill -9
      ip link del ${this.#ourEnd}
      ip netns del ${this.#name}`;
    return spawn('sh', ['-c', script], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  }

  /** Prefix of a program's command that runs it in the namespace. */
  get command() {
    return ['ip', 'netns', 'exec', this.#name];
  }

  async remove() {
    this.#guard.stdin.end();
    await once(this.#guard, 'exit');
  }
}

function ip(...args) {
  const { status, error, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) {
    throw error ?? new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  }
}
