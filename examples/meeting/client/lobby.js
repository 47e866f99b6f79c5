/** The first page: a new room or one that is open, also by a phone's camera. */

import { renderSVG } from 'uqr';

const REFRESH_MS = 3000;

const find = (selector) => document.querySelector(selector);
const room = find('#room-id');
let { origin } = location;
let shown;

/** A room's name is part of its link: what else it has becomes dashes. */
const roomId = () =>
  room.value.trim().replace(/[^\w-]+/g, '-') || room.placeholder;

find('#open').addEventListener('submit', (event) => {
  event.preventDefault();
  location.href = `/room/${roomId()}`;
});
room.addEventListener('input', showCode);

async function refresh() {
  const lobby = await (await fetch('/lobby.json')).json();
  room.placeholder ||= lobby.freshRoomId;
  // A phone doesn't reach this machine by the name that it has for itself.
  const isLocal = /^(localhost|127\.)/.test(location.hostname);
  origin = isLocal ? lobby.origin : location.origin;
  find('#place').textContent = lobby.media.server;
  find('#place').dataset.link = lobby.media.link;
  showCode();
  showRooms(lobby.rooms);
}

function showCode() {
  const link = `${origin}/room/${roomId()}`;
  // Readers want four squares of nothing around it.
  find('#code').innerHTML = renderSVG(link, { border: 4 });
  find('#link').textContent = link;
  find('#link').href = link;
}

/** What is as before stays: someone may be about to choose it. */
function showRooms(rooms) {
  if (JSON.stringify(rooms) !== shown) {
    shown = JSON.stringify(rooms);
    const items = rooms.map(({ id, people }) => {
      const item = find('#open-room').content.cloneNode(true).firstElementChild;
      item.querySelector('a').href = `/room/${id}`;
      item.querySelector('.name').textContent = id;
      item.querySelector('.people').textContent =
        people === 1 ? '1 person' : `${people} people`;
      return item;
    });
    find('#rooms').hidden = rooms.length === 0;
    find('#rooms ul').replaceChildren(...items);
  }
}

refresh();
setInterval(() => refresh().catch(() => {}), REFRESH_MS);
