/**
 * Page of a room in the example meeting, the script of `room.html`: joins by a `RoomClient`, shows tiles and
 * chat, and reacts to the buttons for microphone, camera, screen and leaving.
 */

import { create, find } from './dom.js';
import { RoomClient } from './room-client.js';
import { showTiles } from './tiles.js';

const MEASURE_MS = 1000;
/** Of 640x480 Chromium would send only two simulcast layers, of this three. */
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 } };
/** Camera and microphone, or what there is of them: one may just watch. */
const WISHES = [
  { audio: true, video: CAMERA },
  { audio: true },
  { video: CAMERA },
];
const SCREEN = { video: { frameRate: { max: 15 } } };
const SOURCES = { audio: 'microphone', video: 'camera' };
/** Texts for states of our connection to the server, and of its link to a media server. */
const STATES = {
  connecting: 'Connecting…',
  away: 'Reconnecting… The meeting goes on.',
  down: 'The control link is down. The meeting goes on.',
  up: '',
  none: '',
};

const roomId = location.pathname.split('/').pop();
const devices = openDevices();
let client;

find('#room-name').textContent = roomId;
find('#name').value = localStorage.getItem('name');
// Phones have none to share.
find('#screen').hidden = !navigator.mediaDevices?.getDisplayMedia;
devices.then((tracks) => {
  find('#preview').srcObject = new MediaStream(
    tracks.filter(({ kind }) => kind === 'video'),
  );
});

async function openDevices() {
  for (const wish of WISHES) {
    try {
      return (await navigator.mediaDevices.getUserMedia(wish)).getTracks();
    } catch (error) {
      console.warn('No camera or microphone:', error);
    }
  }
  return [];
}

find('#lobby').onsubmit = async (event) => {
  event.preventDefault();
  const name = find('#name').value.trim();
  localStorage.setItem('name', name);
  find('#join').disabled = true;
  const tracks = await devices;
  find('#lobby').remove();
  find('#room').hidden = false;
  client = new RoomClient(roomId, name);
  client.addEventListener('change', show);
  client.addEventListener('chat', ({ detail }) => addLine(detail));
  new ResizeObserver(show).observe(find('#grid'));
  setInterval(() => client.measure(), MEASURE_MS);
  for (const track of tracks) {
    const source = SOURCES[track.kind];
    const button = find(`#${source}`);
    client.send(source, track);
    button.disabled = false;
    button.onclick = () => {
      track.enabled = toggle(button);
      client.sync();
    };
  }
  find('nav :enabled').focus();
};

/** Shows what there is now, whatever there was before. */
function show() {
  const { people, media } = client;
  const state = client.state === 'joined' ? media.link : client.state;
  document.body.dataset.link = state;
  find('#status').textContent = STATES[state] ?? state;
  find('#place').textContent = media.server;
  find('#people').textContent =
    people.length === 1 ? 'Only you' : `${people.length} people`;
  showTiles(client);
}

/** Switches a button with two states, and answers whether it is on now. */
function toggle(button, state = 'ariaPressed') {
  button[state] = String(button[state] !== 'true');
  return button[state] === 'true';
}

find('#details').onclick = ({ currentTarget }) => toggle(currentTarget);

find('#screen').onclick = async ({ currentTarget: button }) => {
  if (toggle(button)) {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
      const [track] = stream.getTracks();
      track.onended = () => button.click();
      client.send('screen', track);
    } catch (error) {
      console.warn('No screen:', error);
      toggle(button);
    }
  } else {
    client.stop('screen');
  }
};

const chatButton = find('#chat-toggle');
chatButton.onclick = () => {
  const isOpen = toggle(chatButton, 'ariaExpanded');
  chatButton.classList.remove('unread');
  (isOpen ? find('#message') : chatButton).focus();
};

find('#chat').onkeydown = ({ key }) => {
  if (key === 'Escape') {
    chatButton.click();
  }
};

find('#chat form').onsubmit = (event) => {
  event.preventDefault();
  const text = find('#message').value.trim();
  if (text && client.canSay) {
    client.say(text);
    addLine({ text });
    event.target.reset();
  }
};

function addLine({ name: author = 'You', text }) {
  const time = new Date().toTimeString().slice(0, 5);
  const line = create('#line', { author, time, text });
  line.classList.toggle('mine', author === 'You');
  find('#messages').append(line);
  line.scrollIntoView();
  chatButton.classList.toggle('unread', chatButton.ariaExpanded === 'false');
}

// Keys that press a button, unless one is writing.
addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  const button = find(
    `[aria-keyshortcuts="${CSS.escape(key.toLowerCase())}"]:not([hidden])`,
  );
  if (
    client &&
    button &&
    !ctrlKey &&
    !metaKey &&
    !altKey &&
    target.tagName !== 'INPUT'
  ) {
    event.preventDefault();
    button.click();
  }
});

// Others needn't wait and see whether a page that is closed comes back. One that does,
// by the browser's way back, begins anew.
addEventListener('pagehide', () => client?.leave());
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
// Another network is another way for media.
addEventListener('online', () => client?.restartIce());
