/**
 * Command that takes the pictures of the example for the documentation: the lobby, and four people in a room,
 * on a desktop and on a phone. `node __test__/browser/screenshot.mjs` writes them into docs/images.
 *
 * The media is real, from one browser through the Worker to another. Only what stands before the cameras is
 * drawn.
 */

import { fileURLToPath } from 'node:url';
import { startMeeting } from '../../examples/meeting/server.js';
import {
  comeIn,
  launchChromium,
  mute,
  openChat,
  readStats,
  say,
  until,
} from './support.mjs';

const DESKTOP = { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' };
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'light' };

/** Guests: colours of a wall, a jumper, skin and hair. */
const GUESTS = [
  ['Ada', ['#35506b', '#16222f'], '#e0a458', '#8d5a3b', '#1d1512'],
  ['Grace', ['#5d4a6e', '#251c30'], '#6fb1a0', '#f0c9a8', '#8a3b1f'],
  ['Edsger', ['#3f6153', '#16241e'], '#d8dee9', '#e3b48f', '#b9b2a8'],
];
const HOST = ['Radia', ['#7a5b45', '#2c2019'], '#4c6fb3', '#d9a27c', '#3a2a20'];

const meeting = await startMeeting({ PORT: '0', LISTEN_IP: '127.0.0.1' });
const browser = await launchChromium();
try {
  const url = `${meeting.url}/room/pictures`;
  const enter = ([name, ...looks], context) =>
    comeIn(browser, { name, url, context, script: standBefore(looks) });

  const guests = [];
  for (const guest of GUESTS) {
    guests.push(await enter(guest, DESKTOP));
  }
  await take('meeting', DESKTOP, 640, async (host) => {
    await Promise.all([host, ...guests].map(openChat));
    await say(guests[0], 'Good morning! Can everyone hear me?');
    await say(guests[1], 'Loud and clear.');
    await say(host, 'Welcome, all of you.');
    await mute(guests[2]);
    await until(
      'the speaker and the bitrates',
      () => host.page.locator('.speaker, .layer:not(:empty)').count(),
      (count) => count > GUESTS.length,
    );
  });
  await take('meeting-phone', PHONE, 320, ({ page }) =>
    page
      .getByText(/↓ [1-9]/)
      .nth(GUESTS.length - 1)
      .waitFor(),
  );
  await takeLobby('lobby', DESKTOP);

  async function takeLobby(picture, context) {
    const page = await browser.newPage(context);
    await page.goto(meeting.url);
    await page.getByRole('link', { name: 'pictures' }).waitFor();
    await shoot(page, picture);
    await page.context().close();
  }

  async function take(picture, context, sharpWidth, prepare) {
    const host = await enter(HOST, context);
    await until(
      `pictures of all guests, ${sharpWidth} pixels wide`,
      () => readStats(host, 'inbound-rtp', 'video'),
      (videos) =>
        videos.filter(({ frameWidth }) => frameWidth >= sharpWidth).length ===
        GUESTS.length,
    );
    await prepare(host);
    await host.page.evaluate(() => document.activeElement.blur());
    await shoot(host.page, picture);
    await host.page.context().close();
  }
} finally {
  await browser.close();
  await meeting.close();
}

async function shoot(page, picture) {
  const file = new URL(`../../docs/images/${picture}.png`, import.meta.url);
  await page.screenshot({ path: fileURLToPath(file) });
}

/** A script for the page that puts a drawn person before its camera. */
function standBefore(looks) {
  return { content: `(${drawCamera})(${JSON.stringify(looks)})` };
}

/** Runs in the page. */
function drawCamera([[wallLight, wallDark], jumper, skin, hair]) {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  const pen = canvas.getContext('2d');

  function ellipse(x, y, width, height, color) {
    pen.fillStyle = color;
    pen.beginPath();
    pen.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
    pen.fill();
  }

  function draw(time) {
    const sway = 6 * Math.sin(time / 900);
    const x = 640 + sway;
    const wall = pen.createRadialGradient(420, 180, 60, 640, 360, 900);
    wall.addColorStop(0, wallLight);
    wall.addColorStop(1, wallDark);
    pen.fillStyle = wall;
    pen.fillRect(0, 0, 1280, 720);

    ellipse(x, 330, 165, 195, hair);
    ellipse(640, 800, 330, 270, jumper);
    ellipse(x, 530, 62, 80, skin);
    ellipse(x, 500, 62, 60, '#0002');
    ellipse(x, 360, 128, 165, skin);
    ellipse(x, 222, 140, 70, hair);
    ellipse(x - 48, 350, 10, 13, '#1b1b1f');
    ellipse(x + 48, 350, 10, 13, '#1b1b1f');
    pen.strokeStyle = '#1b1b1f';
    pen.lineWidth = 6;
    pen.lineCap = 'round';
    pen.beginPath();
    pen.arc(x, 405, 46, 0.2 * Math.PI, 0.8 * Math.PI);
    pen.stroke();
  }

  setInterval(() => draw(performance.now()), 100);
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async () => {
    const [microphone] = (await open({ audio: true })).getTracks();
    const [camera] = canvas.captureStream(10).getTracks();
    return new MediaStream([microphone, camera]);
  };
}
