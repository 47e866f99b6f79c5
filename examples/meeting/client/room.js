/** A room's page: come in, see and be seen, leave. Here its parts are put together. */

import { openChat } from './chat.js';
import { openDevices, openScreen } from './devices.js';
import { RoomClient } from './room-client.js';
import { Tiles } from './tiles.js';

const NOTICE_MS = 5000;
const MEASURE_MS = 1000;
const STATES = {
  connecting: 'Connecting…',
  away: 'Reconnecting… The meeting goes on.',
  joined: '',
};
const LINKS = {
  none: 'Worker on this server',
  up: 'Control link up',
  down: 'Control link lost, media goes on',
  away: 'Server away, media goes on',
};

const find = (selector) => document.querySelector(selector);
const roomId = location.pathname.split('/').pop();
const tiles = new Tiles(find, (...wish) => client?.preferLayer(...wish));
const chat = openChat(find, (text) => client.say(text));
const devices = openDevices();
let client, state, noticeTimer;
/** Names of the others by their ids, as they have been announced. */
let names = new Map();
/** What is on here: sources, each with its track. */
let tracks = new Map();

find('#room-name').textContent = roomId;
find('#name').value = localStorage.getItem('name');
// Phones have none to share.
find('#screen').hidden = !navigator.mediaDevices?.getDisplayMedia;
devices.then((opened) => {
  tracks = opened;
  const camera = tracks.get('camera');
  find('#preview').srcObject = camera ? new MediaStream([camera]) : null;
  find('#no-camera').hidden = Boolean(camera);
});

find('#lobby').addEventListener('submit', async (event) => {
  event.preventDefault();
  const displayName = find('#name').value.trim();
  localStorage.setItem('name', displayName);
  find('#join').disabled = true;
  await devices;
  find('#lobby').hidden = true;
  find('#preview').srcObject = null;
  find('#room').hidden = false;
  find('#microphone').focus();
  client = new RoomClient({ roomId, displayName });
  client.addEventListener('change', show);
  client.addEventListener('chat', ({ detail: { peerId, text } }) =>
    chat.add(names.get(peerId), text),
  );
  tracks.forEach((track, source) => client.send(source, track));
  setInterval(() => client?.measure(), MEASURE_MS);
});

/** Shows what there is now, whatever there was before. */
function show() {
  if (client) {
    const { people, media } = client;
    const link = client.state === 'away' ? 'away' : (media.link ?? 'none');
    tiles.show(client, { state: link, title: LINKS[link] });
    chat.allow(client.canChat);
    find('#place').textContent = media.server;
    find('#place').title = LINKS[link];
    find('#place').dataset.link = link;
    find('#people').textContent =
      people.length === 1 ? 'Only you' : `${people.length} people`;
    announce(people);
  }
}

/** Says who has come and gone, and how we are connected. */
function announce([, ...others]) {
  const now = new Map(others.map((it) => [it.peerId, it.displayName]));
  const tell = (those, these, what) =>
    those.forEach((name, id) => these.has(id) || say(`${name} ${what}.`, true));
  tell(now, names, 'is here');
  tell(names, now, 'has left');
  names = now;
  if (client.state !== state) {
    state = client.state;
    say(STATES[state] ?? state);
  }
}

/** To the eye and to screen readers: until there is something else, or for a while. */
function say(text, isShort = false) {
  clearTimeout(noticeTimer);
  find('#status').textContent = text;
  noticeTimer = isShort && setTimeout(say, NOTICE_MS, '');
}

/** Switches a button with two states, and answers whether it is on now. */
function toggle(button) {
  button.ariaPressed = String(button.ariaPressed !== 'true');
  return button.ariaPressed === 'true';
}

for (const source of ['microphone', 'camera']) {
  find(`#${source}`).onclick = ({ currentTarget }) => {
    const paused = !toggle(currentTarget);
    if (tracks.has(source)) {
      client.setPaused(source, paused);
    }
  };
}

find('#screen').onclick = async () => {
  const track = tracks.get('screen') ?? (await openScreen());
  if (track && toggle(find('#screen'))) {
    tracks.set('screen', track);
    track.onended = () => find('#screen').click();
    client.send('screen', track);
  } else if (track) {
    tracks.delete('screen');
    track.stop();
    client.stop('screen');
  }
};

find('#details').onclick = ({ currentTarget }) => toggle(currentTarget);

find('#leave').onclick = () => {
  leave();
  tracks.forEach((track) => track.stop());
  find('#room').hidden = true;
  find('#left').hidden = false;
  find('#left a').focus();
};

function leave() {
  client?.leave();
  client = undefined;
}

// Keys that press a button, unless one is writing.
addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  const button = find(`[aria-keyshortcuts="${CSS.escape(key.toLowerCase())}"]`);
  const isMeant = !ctrlKey && !metaKey && !altKey && target.tagName !== 'INPUT';
  if (client && button && isMeant && !button.hidden) {
    event.preventDefault();
    button.click();
  }
});

// Others needn't wait and see whether a page that is closed comes back.
addEventListener('pagehide', leave);
// Another network is another way for media.
addEventListener('online', () => client?.restartIce());
