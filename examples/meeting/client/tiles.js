/**
 * Tiles of the room's page: one per person and one more for a shared screen, each with its state in small
 * letters. `room.js` calls `showTiles()` at each change. All tiles have one size, as large as they can be
 * with all of them in sight; a shared screen takes the stage, with the people beside it.
 */

import { create, find, write } from './dom.js';

const GAP_PX = 12;
/** A camera's picture. A tile may be narrower and cut off its sides. */
const WIDEST = 16 / 9;
const NARROWEST = 3 / 4;
const NARROWEST_BESIDE_STAGE = 1;
/** Widths of a camera's simulcast layers, but for the largest. */
const LAYER_WIDTHS = [320, 640];
const HUES = 360;

/** By what they show and whose it is. */
const tiles = new Map();

/** Shows what there is now, whatever there was before. */
export function showTiles(client) {
  const seats = find('#seats');
  const stage = find('#stage');
  const gone = new Map(tiles);
  const places = Object.entries({ camera: seats, screen: stage });
  for (const person of client.people) {
    for (const [source, place] of places) {
      const stream = client.streamOf(person, source);
      // Who has no camera has a seat all the same.
      if (stream || place === seats) {
        const key = `${source} ${person.isMine || person.peerId}`;
        if (!tiles.has(key)) {
          tiles.set(key, createTile(person, source));
          place.append(tiles.get(key));
        }
        update(tiles.get(key), client, person, stream);
        gone.delete(key);
      }
    }
  }
  gone.forEach((tile, key) => {
    tile.remove();
    tiles.delete(key);
  });
  const isAlone = stage.childElementCount === 0;
  fit(stage, WIDEST);
  const width = fit(seats, isAlone ? NARROWEST : NARROWEST_BESIDE_STAGE);
  client.preferLayer(
    LAYER_WIDTHS.filter((it) => it < width * devicePixelRatio).length,
  );
}

function createTile({ displayName, isMine = false }, source) {
  const [initial] = displayName.toUpperCase();
  const camera = isMine ? `${displayName} (you)` : displayName;
  const name = { camera, screen: `${displayName}'s screen` }[source];
  // The same colour for the same name, everywhere.
  const hue =
    [...displayName].reduce((sum, c) => sum * 31 + c.codePointAt(0), 7) % HUES;
  const tile = create('#tile', { name, initial });
  tile.style.setProperty('--hue', hue);
  tile.classList.add(source, isMine ? 'mine' : 'other');
  tile.ariaLabel = name;
  find('video', tile).muted = isMine;
  find('video', tile).srcObject = new MediaStream();
  return tile;
}

function update(tile, client, person, stream) {
  const { speakerId, heardIds, media } = client;
  const isScreen = tile.classList.contains('screen');
  const sound = isScreen ? undefined : client.streamOf(person, 'microphone');
  const classes = {
    'has-video': isOn(stream),
    'has-audio': isOn(sound),
    speaker: !isScreen && speakerId === person.peerId,
    heard: !isScreen && heardIds.includes(person.peerId),
  };
  Object.entries(classes).forEach((it) => tile.classList.toggle(...it));

  const { spatialLayer, temporalLayer } = stream?.currentLayers ?? {};
  write(tile, {
    server: media.server,
    worker: `worker ${media.worker}`,
    layer:
      spatialLayer === undefined
        ? ''
        : `layer ${spatialLayer}/${temporalLayer}`,
    bitrate: `${person.isMine ? '↑' : '↓'} ${Math.round((stream?.bitrate ?? 0) / 1000)} kb/s`,
    link: `link ${media.link}`,
  });

  const { srcObject } = find('video', tile);
  const tracks = [stream, sound].map((it) => it?.track).filter(Boolean);
  const old = srcObject.getTracks().filter((it) => !tracks.includes(it));
  old.forEach((track) => srcObject.removeTrack(track));
  tracks.forEach((track) => srcObject.addTrack(track));
}

function isOn(stream) {
  return Boolean(stream?.track?.enabled && !stream.producerPaused);
}

/**
 * Gives the children of `place` their size. Where they are is for the stylesheet.
 * Answers how wide a picture has to be to fill one; 0 without children.
 */
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
  return Math.max(best.width, best.height * WIDEST);
}
