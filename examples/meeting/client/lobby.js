/** The first page: a new room or one that is open, also by a phone's camera. */

import { encode } from 'uqr';

const REFRESH_MS = 3000;
const SVG = 'http://www.w3.org/2000/svg';

const find = (selector) => document.querySelector(selector);
const room = find('#room-id');
let origin = location.origin;

/** A room's name is part of its link: what else it has becomes dashes. */
const roomId = () =>
  room.value.trim().replace(/[^\w-]+/g, '-') || room.placeholder;

find('#open').addEventListener('submit', (event) => {
  event.preventDefault();
  location.href = `/room/${roomId()}`;
});
room.addEventListener('input', showCode);

async function refresh() {
  const response = await fetch('/lobby.json');
  const lobby = await response.json();
  room.placeholder ||= lobby.freshRoomId;
  // A phone doesn't reach this machine by the name that it has for itself.
  const isLocal = /^(localhost|127\.)/.test(location.hostname);
  origin = isLocal ? lobby.origin : location.origin;
  showCode();
  showRooms(lobby.rooms);
  const { server, link } = lobby.media;
  find('#place').textContent = server;
  find('#place').dataset.link = link;
}

function showCode() {
  const link = `${origin}/room/${roomId()}`;
  // Readers want four squares of nothing around it.
  const { data, size } = encode(link, { border: 4 });
  const path = document.createElementNS(SVG, 'path');
  const squares = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  path.setAttribute('d', squares.join(''));
  find('#code').setAttribute('viewBox', `0 0 ${size} ${size}`);
  find('#code').replaceChildren(path);
  find('#link').textContent = link;
  find('#link').href = link;
}

function showRooms(rooms) {
  find('#rooms').hidden = rooms.length === 0;
  const items = rooms.map(({ id, people }) => {
    const item = find('#open-room').content.cloneNode(true).firstElementChild;
    item.querySelector('a').href = `/room/${id}`;
    item.querySelector('.name').textContent = id;
    item.querySelector('.people').textContent =
      people === 1 ? '1 person' : `${people} people`;
    return item;
  });
  const isSame =
    find('#rooms ul').textContent ===
    items.map((it) => it.textContent).join('');
  if (!isSame) {
    find('#rooms ul').replaceChildren(...items);
  }
}

refresh();
setInterval(() => refresh().catch(() => {}), REFRESH_MS);
