/** What is seen of people: a tile for each, and one more for a screen. */

import { arrange, layerFor } from './grid.js';

const HUES = 360;

export class Tiles {
  #grid;
  #template;
  #preferLayer;
  /** By peer id and by what is shown, 'camera' or 'screen'. */
  #tiles = new Map();

  /** @param {(consumerId: string, layer: number) => void} preferLayer */
  constructor(grid, template, preferLayer) {
    this.#grid = grid;
    this.#template = template;
    this.#preferLayer = preferLayer;
    new ResizeObserver(() => this.#arrange()).observe(grid);
  }

  get people() {
    return this.all.filter(({ kind }) => kind === 'camera').length;
  }

  get all() {
    return [...this.#tiles.values()];
  }

  nameOf(peerId) {
    return this.#get(peerId)?.name;
  }

  add(peerId, name, { kind = 'camera', isMine = false } = {}) {
    const element = this.#template.content.cloneNode(true).firstElementChild;
    const find = (selector) => element.querySelector(selector);
    const title = kind === 'screen' ? `${name}'s screen` : name;
    element.classList.add(kind);
    element.classList.toggle('mine', isMine);
    element.ariaLabel = isMine && kind === 'camera' ? `${title} (you)` : title;
    element.style.setProperty('--hue', hueOf(name));
    find('.name').textContent = element.ariaLabel;
    find('.initial').textContent = [...name][0].toUpperCase();
    const video = find('video');
    video.srcObject = new MediaStream();
    video.muted = isMine;
    const details = find('.details');
    const tile = { peerId, kind, name, element, video, details, isMine };
    this.#tiles.set(`${peerId} ${kind}`, tile);
    this.#grid.append(element);
    this.#arrange();
    return tile;
  }

  remove(peerId, kinds = ['camera', 'screen']) {
    for (const kind of kinds) {
      this.#get(peerId, kind)?.element.remove();
      this.#tiles.delete(`${peerId} ${kind}`);
    }
    this.#arrange();
  }

  addTrack(peerId, source, track, consumerId) {
    const tile = this.#provide(peerId, source);
    if (tile) {
      const stream = tile.video.srcObject;
      const old = stream.getTracks().filter(({ kind }) => kind === track.kind);
      old.forEach((it) => stream.removeTrack(it));
      stream.addTrack(track);
      if (track.kind === 'video') {
        tile.consumerId = consumerId;
      }
      this.#wantLayer(tile);
    }
  }

  endTrack(peerId, source) {
    if (source === 'screen') {
      this.remove(peerId, ['screen']);
    } else {
      this.showPaused(peerId, source, true);
    }
  }

  showPaused(peerId, source, paused) {
    const tile = this.#provide(peerId, source);
    const what = source === 'microphone' ? 'has-audio' : 'has-video';
    tile?.element.classList.toggle(what, !paused);
  }

  showSpeaker(peerId) {
    for (const tile of this.all) {
      const isSpeaker = tile.peerId === peerId && tile.kind === 'camera';
      tile.element.classList.toggle('speaker', isSpeaker);
    }
  }

  /** Who isn't silent now. */
  showHeard(peerIds) {
    for (const { peerId, kind, element } of this.all) {
      const isHeard = kind === 'camera' && peerIds.includes(peerId);
      element.classList.toggle('heard', isHeard);
    }
  }

  #get(peerId, kind = 'camera') {
    return this.#tiles.get(`${peerId} ${kind}`);
  }

  #provide(peerId, source) {
    const person = this.#get(peerId);
    if (source !== 'screen' || !person) {
      return person;
    }
    const { name, isMine } = person;
    const options = { kind: 'screen', isMine };
    return this.#get(peerId, 'screen') ?? this.add(peerId, name, options);
  }

  #arrange() {
    arrange(this.#grid);
    this.all.forEach((tile) => this.#wantLayer(tile));
  }

  #wantLayer({ consumerId, element }) {
    if (consumerId) {
      this.#preferLayer(consumerId, layerFor(element));
    }
  }
}

/** The same colour for the same name, everywhere. */
function hueOf(name) {
  return [...name].reduce((sum, c) => sum * 31 + c.codePointAt(0), 7) % HUES;
}
