/** Camera, microphone and screen, or what there is of them: one may just watch. */

/** Of 640x480 Chromium would send only two simulcast layers, of this three. */
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 } };
const WISHES = [
  { audio: true, video: CAMERA },
  { audio: true },
  { video: CAMERA },
];
const SCREEN = { video: { frameRate: { max: 15 } }, audio: false };

/** @returns {Promise<Map<string, MediaStreamTrack>>} By source. */
export async function openDevices() {
  for (const wish of WISHES) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wish);
      const sources = { audio: 'microphone', video: 'camera' };
      return new Map(stream.getTracks().map((it) => [sources[it.kind], it]));
    } catch (error) {
      console.warn('No camera or microphone:', error);
    }
  }
  return new Map();
}

/** @returns {Promise<MediaStreamTrack | undefined>} Nothing if one thinks better of it. */
export async function openScreen() {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
    return stream.getVideoTracks()[0];
  } catch (error) {
    console.warn('No screen:', error);
    return undefined;
  }
}
