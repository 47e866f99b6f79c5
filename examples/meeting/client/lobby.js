/**
 * First page of the example meeting, the script of `index.html`: the user opens a new room or joins one that
 * is open, also by scanning its QR code with a phone.
 */

import { renderSVG } from 'uqr';
import { create, find } from './dom.js';

const REFRESH_MS = 3000;

const room = find('#room-id');
let { origin } = location;
let shown;

/** A room's name is part of its link: what else it has becomes dashes. */
const linkOf = (name) =>
  `/room/${name.trim().replace(/[^\w-]+/g, '-') || room.placeholder}`;

room.oninput = showCode;
find('#open').onsubmit = (event) => {
  event.preventDefault();
  location.href = linkOf(room.value);
};

function showCode() {
  const link = origin + linkOf(room.value);
  // Readers want four squares of nothing around it.
  find('#code').innerHTML = renderSVG(link, { border: 4 });
  find('#link').textContent = link;
  find('#link').href = link;
}

async function refresh() {
  const lobby = await (await fetch('/lobby.json')).json();
  room.placeholder ||= lobby.freshRoomId;
  // A phone doesn't reach this machine by the name that it has for itself.
  origin = /^(localhost|127\.)/.test(location.hostname)
    ? lobby.origin
    : location.origin;
  find('#place').textContent = lobby.media.server;
  document.body.dataset.link = lobby.media.link;
  showCode();
  // What is as before stays: someone may be about to choose it.
  if (JSON.stringify(lobby.rooms) !== shown) {
    shown = JSON.stringify(lobby.rooms);
    find('#rooms ul').replaceChildren(...lobby.rooms.map(roomItem));
  }
}

function roomItem({ id: name, people }) {
  const count = people === 1 ? '1 person' : `${people} people`;
  const item = create('#open-room', { name, count });
  find('a', item).href = linkOf(name);
  return item;
}

refresh();
setInterval(() => refresh().catch(() => {}), REFRESH_MS);
