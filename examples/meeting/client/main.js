/** The page: a form to come in by, then everyone's tile, buttons, and the chat. */

import { arrange } from './grid.js';
import { RoomClient } from './room-client.js';

/** Of 640x480 Chromium would send only two simulcast layers, of this three. */
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 } };
const MY_ID = 'me';

const find = (selector) => document.querySelector(selector);
const room = find('#room');
const grid = find('#grid');
const message = find('#message');
const status = find('#status');
const roomId = location.pathname.split('/').pop();
const tiles = new Map();
let name, stream, client;

find('#name').value = localStorage.getItem('name');
find('#lobby').addEventListener('submit', async (event) => {
  event.preventDefault();
  name = find('#name').value.trim();
  localStorage.setItem('name', name);
  find('#join').disabled = true;
  stream = await openCamera();
  find('#lobby').hidden = true;
  room.hidden = false;
  addTile(MY_ID, `${name} (you)`);
  for (const track of stream.getTracks()) {
    addTrack(MY_ID, track);
    showPaused(MY_ID, track.kind, false);
  }
  await enter();
});

/** Camera and microphone, or what there is of them: one may just watch. */
async function openCamera() {
  const wishes = [{ audio: true, video: CAMERA }, { audio: true }];
  for (const wish of wishes) {
    try {
      return await navigator.mediaDevices.getUserMedia(wish);
    } catch (error) {
      console.warn('No camera or microphone:', error);
    }
  }
  return new MediaStream();
}

async function enter() {
  const entering = (client = new RoomClient({ roomId, name }));
  const on = (type, handle) =>
    client.addEventListener(type, ({ detail }) => handle(detail));
  on('peerjoined', ({ peerId, name }) => addTile(peerId, name));
  on('peerleft', ({ peerId }) => removeTile(peerId));
  on('track', ({ peerId, track }) => addTrack(peerId, track));
  on('paused', ({ peerId, kind, paused }) => showPaused(peerId, kind, paused));
  on('chatopen', () => (message.disabled = false));
  on('chat', ({ peerId, text }) => addMessage(tiles.get(peerId)?.title, text));
  on('away', () => (status.textContent = 'Reconnecting… The meeting goes on.'));
  on('back', () => (status.textContent = welcome()));
  on('disconnected', reenter);
  status.textContent = 'Connecting…';
  try {
    await client.join(stream.getTracks());
    status.textContent = welcome();
  } catch (error) {
    // Unless it is over with this one, and the next one is on its way.
    if (client === entering) {
      status.textContent = error.message;
    }
  }
  layOut();
}

function welcome() {
  return stream.active
    ? ''
    : 'No camera or microphone here: you can watch and listen.';
}

/** The server or its Worker went away: begin anew once it is back. */
function reenter() {
  leave();
  enter();
}

function leave() {
  client.leave();
  message.disabled = true;
  [...tiles.keys()].filter((peerId) => peerId !== MY_ID).forEach(removeTile);
}

// Others needn't wait and see whether a page that is closed comes back.
addEventListener('pagehide', () => client?.leave());

function addTile(peerId, title) {
  const tile = find('#tile').content.cloneNode(true).firstElementChild;
  tile.title = title;
  tile.classList.toggle('mine', peerId === MY_ID);
  tile.querySelector('.name').textContent = title;
  tile.querySelector('.initial').textContent = [...title][0];
  tile.querySelector('video').srcObject = new MediaStream();
  tile.querySelector('video').muted = peerId === MY_ID;
  tiles.set(peerId, tile);
  grid.append(tile);
  layOut();
}

function removeTile(peerId) {
  tiles.get(peerId)?.remove();
  tiles.delete(peerId);
  layOut();
}

function addTrack(peerId, track) {
  tiles.get(peerId)?.querySelector('video').srcObject.addTrack(track);
}

function showPaused(peerId, kind, paused) {
  tiles.get(peerId)?.classList.toggle(`has-${kind}`, !paused);
}

function layOut() {
  client?.preferLayer(arrange(grid));
}
new ResizeObserver(layOut).observe(grid);

function toggleTrack(button, kind) {
  const paused = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', paused);
  showPaused(MY_ID, kind, paused);
  const tracks = stream.getTracks().filter((track) => track.kind === kind);
  tracks.forEach((track) => (track.enabled = !paused));
  client.setPaused(kind, paused).catch(console.warn);
}
find('#microphone').onclick = ({ currentTarget }) =>
  toggleTrack(currentTarget, 'audio');
find('#camera').onclick = ({ currentTarget }) =>
  toggleTrack(currentTarget, 'video');

find('#copy').onclick = async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    status.textContent = 'Link copied. Whoever opens it is in this room.';
  } catch {
    status.textContent = location.href;
  }
};

find('#leave').onclick = () => {
  leave();
  stream.getTracks().forEach((track) => track.stop());
  room.hidden = true;
  find('#left').hidden = false;
};

find('#chat-toggle').onclick = ({ currentTarget }) => {
  const open = room.classList.toggle('chatting');
  currentTarget.setAttribute('aria-expanded', open);
  currentTarget.classList.remove('unread');
  if (open) {
    message.focus();
  }
};

find('#chat form').addEventListener('submit', (event) => {
  event.preventDefault();
  client.sendChat(message.value);
  addMessage('You', message.value);
  message.value = '';
});

function addMessage(author, text) {
  const line = find('#line').content.cloneNode(true).firstElementChild;
  line.querySelector('.author').textContent = author;
  line.querySelector('.text').textContent = text;
  find('#messages').append(line);
  line.scrollIntoView();
  const unread = !room.classList.contains('chatting');
  find('#chat-toggle').classList.toggle('unread', unread);
}
