/**
 * Sound file for Chromium's microphone: noise that swells and fades as syllables do. The browser tests write
 * it before they start Chromium, whose own sound, a short beep each second, mediasoup's ActiveSpeakerObserver
 * doesn't take for speech.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const SAMPLE_RATE = 48_000;
const SECONDS = 4;
const SYLLABLES_PER_SECOND = 4;
/** Of the largest sample there is. */
const LOUDNESS = 0.5;
const HEADER_BYTES = 44;
const SAMPLE_BYTES = 2;

/**
 * Writes it to a file: WAV, one channel of 16 bits, whose end fits its beginning.
 * http://soundfile.sapp.org/doc/WaveFormat/
 */
export function writeVoice(path) {
  const samples = SAMPLE_RATE * SECONDS;
  const wav = Buffer.alloc(HEADER_BYTES + samples * SAMPLE_BYTES);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(SAMPLE_RATE * SAMPLE_BYTES, 28);
  wav.writeUInt16LE(SAMPLE_BYTES, 32);
  wav.writeUInt16LE(8 * SAMPLE_BYTES, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * SAMPLE_BYTES, 40);

  for (let i = 0; i < samples; i += 1) {
    const phase = (i / SAMPLE_RATE) * SYLLABLES_PER_SECOND * Math.PI;
    const swell = 0.2 + 0.8 * Math.sin(phase) ** 2;
    const noise = 2 * Math.random() - 1;
    const sample = Math.round(noise * swell * LOUDNESS * 0x7fff);
    wav.writeInt16LE(sample, HEADER_BYTES + i * SAMPLE_BYTES);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wav);
}
