/**
 * What is seen of people: a tile for each, one more for a screen, and on each in small
 * letters what is behind it. All of one size, as large as they can be with all of them
 * in sight; a shared screen takes the stage, and people sit beside it.
 */

const GAP_PX = 12;
/** A camera's picture. A tile may be narrower and cut off its sides. */
const WIDEST = 16 / 9;
const NARROWEST = 3 / 4;
const NARROWEST_BESIDE_STAGE = 1;
/** How wide the pictures of a camera's simulcast layers are, but for the largest. */
const LAYER_WIDTHS = [320, 640];
const HUES = 360;

export class Tiles {
  #places;
  #template;
  #preferLayer;
  /** By kind and whose it is: `{ element, stream }`. */
  #tiles = new Map();

  /** @param {(stream: object, layer: number) => void} preferLayer */
  constructor(find, preferLayer) {
    this.#places = { camera: find('#seats'), screen: find('#stage') };
    this.#template = find('#tile');
    this.#preferLayer = preferLayer;
    new ResizeObserver(() => this.#arrange()).observe(find('#grid'));
  }

  /** Shows what there is now, whatever there was before. */
  show(client, link) {
    const gone = new Map(this.#tiles);
    for (const person of client.people) {
      for (const kind of ['camera', 'screen']) {
        const stream = client.streamOf(person, kind);
        if (kind === 'camera' || stream) {
          const key = `${kind} ${person.isMine || person.peerId}`;
          const tile = this.#tiles.get(key) ?? this.#add(key, kind, person);
          tile.stream = stream;
          showStreams(tile, client, person, kind);
          showDetails(tile, client, person, link);
          gone.delete(key);
        }
      }
    }
    gone.forEach(({ element }, key) => {
      element.remove();
      this.#tiles.delete(key);
    });
    this.#arrange();
  }

  #add(key, kind, { displayName: name, isMine = false }) {
    const element = this.#template.content.cloneNode(true).firstElementChild;
    const find = (selector) => element.querySelector(selector);
    const title = kind === 'screen' ? `${name}'s screen` : name;
    element.classList.add(kind);
    element.classList.toggle('mine', isMine);
    element.ariaLabel = isMine && kind === 'camera' ? `${title} (you)` : title;
    element.style.setProperty('--hue', hueOf(name));
    find('.name').textContent = element.ariaLabel;
    find('.initial').textContent = [...name][0].toUpperCase();
    find('video').srcObject = new MediaStream();
    find('video').muted = isMine;
    this.#places[kind].append(element);
    const tile = { element, find };
    this.#tiles.set(key, tile);
    return tile;
  }

  #arrange() {
    const { camera: seats, screen: stage } = this.#places;
    const isAlone = stage.childElementCount === 0;
    fit(stage, WIDEST);
    fit(seats, isAlone ? NARROWEST : NARROWEST_BESIDE_STAGE);
    for (const { element, stream } of this.#tiles.values()) {
      if (stream?.id) {
        this.#preferLayer(stream, layerFor(element));
      }
    }
  }
}

function showStreams({ element, find, stream }, client, person, kind) {
  const isPerson = kind === 'camera';
  const sound = isPerson && client.streamOf(person, 'microphone');
  const { peerId } = person;
  const classes = {
    'has-video': stream?.track && !stream.paused,
    'has-audio': sound?.track && !sound.paused,
    speaker: isPerson && client.speakerId === peerId,
    heard: isPerson && client.heardIds.includes(peerId),
  };
  for (const [name, isOn] of Object.entries(classes)) {
    element.classList.toggle(name, Boolean(isOn));
  }
  const { srcObject } = find('video');
  const tracks = [stream?.track, sound?.track].filter(Boolean);
  const old = srcObject.getTracks().filter((it) => !tracks.includes(it));
  old.forEach((track) => srcObject.removeTrack(track));
  tracks.forEach((track) => srcObject.addTrack(track));
}

function showDetails({ find, stream }, { media }, { isMine }, link) {
  const { spatialLayer: layer, temporalLayer } = stream?.layers ?? {};
  const bitrate = Math.round((stream?.bitrate ?? 0) / 1000);
  const texts = {
    server: media.server,
    worker: `worker ${media.worker}`,
    layer: layer === undefined ? '' : `layer ${layer}/${temporalLayer}`,
    bitrate: `${isMine ? '↑' : '↓'} ${bitrate} kb/s`,
  };
  for (const [name, text] of Object.entries(texts)) {
    find(`.${name}`).textContent = text;
  }
  find('.details').dataset.link = link.state;
  find('.link').ariaLabel = link.title;
}

/** Gives the children of `place` their size. Where they are is for the stylesheet. */
function fit(place, narrowest) {
  const { clientWidth, clientHeight, childElementCount: count } = place;
  let best = { width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (clientWidth + GAP_PX) / columns - GAP_PX;
    const cellHeight = (clientHeight + GAP_PX) / rows - GAP_PX;
    const width = Math.floor(Math.min(cellWidth, cellHeight * WIDEST));
    const height = Math.floor(Math.min(cellHeight, width / narrowest));
    // A page without room has tiles of no size, rather than of less than none.
    if (height > 0 && width * height > best.width * best.height) {
      best = { width, height };
    }
  }
  place.style.setProperty('--tile-width', `${best.width}px`);
  place.style.setProperty('--tile-height', `${best.height}px`);
}

/** Answers the layer whose picture fills a tile. */
function layerFor({ offsetWidth, offsetHeight }) {
  const width = Math.max(offsetWidth, offsetHeight * WIDEST) * devicePixelRatio;
  return LAYER_WIDTHS.filter((layerWidth) => layerWidth < width).length;
}

/** The same colour for the same name, everywhere. */
function hueOf(name) {
  return [...name].reduce((sum, c) => sum * 31 + c.codePointAt(0), 7) % HUES;
}
