/**
 * Writer of a made-up camera's video, which Chromium reads as its camera: 720p at 30 frames a second.
 *
 * The recorder calls it; it writes a YUV4MPEG2 file. The picture is a soft texture that moves, with the noise of a sensor, so
 * that an encoder spends on it about what it spends on a person in a room.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Random } = require('../../__test__/support/random.js');

const WIDTH = 1280;
const HEIGHT = 720;
const FPS = 30;

/** Chromium plays the file again and again. */
const FRAMES = 60;

/** Pixels per frame. */
const SPEED = 2;

/** Brightness that two frames' same pixel may differ by. */
const NOISE = 4;

/** Made once and read from another place in each frame: chance is dear. */
const NOISE_LENGTH = 100_003;

/** @param {string} file - Where to write. */
export function writeCamera(file) {
  const fd = fs.openSync(file, 'w');
  const texture = softTexture(WIDTH + FRAMES * SPEED, HEIGHT);
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const random = new Random(1);
  const noise = Uint8Array.from({ length: NOISE_LENGTH }, () =>
    random.below(NOISE),
  );

  fs.writeSync(fd, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FPS}:1 Ip A1:1 C420\n`);

  for (let frame = 0; frame < FRAMES; ++frame) {
    // There and back, so that the last frame meets the first.
    const first = random.below(NOISE_LENGTH);
    const shift = SPEED * Math.min(frame, FRAMES - frame);

    for (let y = 0; y < HEIGHT; ++y) {
      for (let x = 0; x < WIDTH; ++x) {
        const pixel = y * WIDTH + x;

        luma[pixel] =
          texture.at(x + shift, y) + noise[(first + pixel) % NOISE_LENGTH];
      }
    }

    fs.writeSync(fd, 'FRAME\n');
    fs.writeSync(fd, luma);
    fs.writeSync(fd, chroma);
  }

  fs.closeSync(fd);
}

/** Waves of several lengths and directions. */
function softTexture(width, height) {
  const values = new Uint8Array(width * height);

  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const wave =
        Math.sin(x / 40) +
        Math.sin(y / 25) +
        Math.sin((x + y) / 9) +
        Math.sin((x - 2 * y) / 5);

      values[y * width + x] = 120 + 25 * wave;
    }
  }

  return { at: (x, y) => values[y * width + x] };
}
