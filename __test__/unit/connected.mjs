/**
 * Application that is connected to a fake session, for tests of `lib/remote`: `connectedTo()` resolves with
 * the module-like object, the fake, and a list of the connection's events.
 */
import { FakeSession, Kind, items, settled } from './fake-session.mjs';
import { mediasoup } from './support.mjs';

export const SERVER_URL = 'ws://127.0.0.1:4443';

/** A server, and an application that is connected to it and follows what happens. */
export async function connectedTo(t, options, ...snapshot) {
  const fake = new FakeSession();
  const connecting = mediasoup.connect(SERVER_URL, options);

  await settled();
  fake.tell(...snapshot, items.connected());

  const remote = await connecting;
  const events = [];

  t.after(() => remote.close());

  for (const name of [
    'connected',
    'resumed',
    'resynchronised',
    'renewed',
    'disconnected',
    'refused',
    'draining',
    'closed',
  ]) {
    remote.connection.on(name, () => events.push(name));
  }

  return { fake, remote, events };
}

/** The same with a Worker in its session, of handle 1, and more objects. */
export async function connectedWithWorker(t, ...snapshot) {
  const worker = items.created(Kind.Worker, 1);
  const it = await connectedTo(t, {}, worker, ...snapshot);

  return { ...it, worker: it.remote.workers[0] };
}

/** Answers the last createWorker(). */
export function answerWorker(fake, handle) {
  const { id } = lastRequest(fake);

  fake.tell(
    items.created(Kind.Worker, handle, { request: id }),
    items.replyObject(id, handle),
  );
}

/** The last command. */
export function lastRequest(fake) {
  const [, command, id] = fake.took('request').at(-1);

  return { command: JSON.parse(command), id };
}
