/** A room's page: come in, see and be seen, leave. Here its parts are put together. */

import { Announcer, listenToShortcuts, setPressed } from './accessibility.js';
import { Chat } from './chat.js';
import { canShareScreen, openDevices, openScreen } from './devices.js';
import { Overlay } from './overlay.js';
import { RoomClient } from './room-client.js';
import { Tiles } from './tiles.js';

const MY_ID = 'me';
const NOTICE_MS = 5000;
const STATES = {
  connecting: 'Connecting…',
  away: 'Reconnecting… The meeting goes on.',
  joined: '',
};

const find = (selector) => document.querySelector(selector);
const roomId = location.pathname.split('/').pop();
const announcer = new Announcer(find('#status'));
let client;

const tiles = new Tiles(find('#grid'), find('#tile'), (consumerId, layer) =>
  client?.preferLayer(consumerId, layer),
);
const overlay = new Overlay(tiles, find('#place'), () => client);
const chat = new Chat(find, (text) => client.say(text));
/** What is on here: sources, each with its track. */
const devices = openDevices();
let tracks = new Map();

find('#room-name').textContent = roomId;
find('#name').value = localStorage.getItem('name');
devices.then((opened) => {
  tracks = opened;
  const camera = tracks.get('camera');
  find('#preview').srcObject = camera ? new MediaStream([camera]) : null;
  find('#no-camera').hidden = Boolean(camera);
});
listenToShortcuts(find);

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
  enter(displayName);
});

function enter(displayName) {
  client = new RoomClient({ roomId, displayName });
  const on = (type, handle) =>
    client.addEventListener(type, ({ detail }) => handle(detail));
  on('peerjoined', ({ peerId, displayName }) => addPerson(peerId, displayName));
  on('peerleft', ({ peerId }) => removePerson(peerId));
  on('track', ({ peerId, source, track, consumerId }) =>
    tiles.addTrack(peerId, source, track, consumerId),
  );
  on('trackended', ({ peerId, source }) => tiles.endTrack(peerId, source));
  on('paused', (it) => tiles.showPaused(it.peerId, it.source, it.paused));
  on('layers', (layers) => overlay.setLayers(layers));
  const tileId = (peerId) => (peerId === client?.peerId ? MY_ID : peerId);
  on('speaker', ({ peerId }) => tiles.showSpeaker(tileId(peerId)));
  on('volumes', (volumes) =>
    tiles.showHeard(volumes.map(({ peerId }) => tileId(peerId))),
  );
  on('chatopen', () => (chat.isOpen = true));
  on('chatclosed', () => (chat.isOpen = false));
  on('chat', ({ peerId, text }) => chat.add(tiles.nameOf(peerId), text));
  on('media', (media) => (overlay.media = media));
  on('state', ({ state, reason }) => {
    overlay.isAway = state === 'away';
    announcer.say(STATES[state] ?? reason);
  });

  tiles.add(MY_ID, displayName, { isMine: true });
  for (const [source, track] of tracks) {
    const paused = find(`#${source}`).ariaPressed === 'false';
    tiles.addTrack(MY_ID, source, track);
    tiles.showPaused(MY_ID, source, paused);
    client.send(source, track, { paused });
  }
  showPeople();
}

function addPerson(peerId, displayName) {
  tiles.add(peerId, displayName);
  announcer.say(`${displayName} is here.`, NOTICE_MS);
  showPeople();
}

function removePerson(peerId) {
  announcer.say(`${tiles.nameOf(peerId)} has left.`, NOTICE_MS);
  tiles.remove(peerId);
  showPeople();
}

function showPeople() {
  const { people } = tiles;
  find('#people').textContent = people === 1 ? 'Only you' : `${people} people`;
}

for (const source of ['microphone', 'camera']) {
  const button = find(`#${source}`);
  button.onclick = () => {
    const paused = button.ariaPressed === 'true';
    setPressed(button, !paused);
    tiles.showPaused(MY_ID, source, paused || !tracks.has(source));
    if (tracks.has(source)) {
      tracks.get(source).enabled = !paused;
      client.setPaused(source, paused);
    }
  };
}

find('#screen').hidden = !canShareScreen();
find('#screen').onclick = async ({ currentTarget: button }) => {
  if (button.ariaPressed === 'true') {
    stopScreen();
    return;
  }
  const track = await openScreen();
  if (track) {
    tracks.set('screen', track);
    track.onended = stopScreen;
    setPressed(button, true);
    tiles.addTrack(MY_ID, 'screen', track);
    tiles.showPaused(MY_ID, 'screen', false);
    client.send('screen', track);
  }
};

function stopScreen() {
  tracks.get('screen')?.stop();
  tracks.delete('screen');
  setPressed(find('#screen'), false);
  tiles.remove(MY_ID, ['screen']);
  client.stop('screen');
}

find('#details').onclick = ({ currentTarget: button }) => {
  const isShown = button.ariaPressed !== 'true';
  setPressed(button, isShown);
  find('#room').classList.toggle('detailed', isShown);
};

find('#copy').onclick = async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    announcer.say('Link copied. Whoever opens it is in this room.', NOTICE_MS);
  } catch {
    announcer.say(location.href);
  }
};

find('#leave').onclick = () => {
  client.leave();
  client = undefined;
  tracks.forEach((track) => track.stop());
  find('#room').hidden = true;
  find('#left').hidden = false;
  find('#left a').focus();
};

// Others needn't wait and see whether a page that is closed comes back.
addEventListener('pagehide', () => client?.leave());
// Another network is another way for media.
addEventListener('online', () => client?.restartIce());
