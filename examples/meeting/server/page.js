'use strict';

/** What browsers load: the lobby, a room's page, their scripts, and who is where. */

const { randomBytes } = require('node:crypto');
const path = require('node:path');
const esbuild = require('esbuild');
const express = require('express');

const ROOT = path.join(__dirname, '..');
const PUBLIC_DIR = path.join(ROOT, 'public');
const SCRIPTS = ['lobby', 'meeting'];

/** Nothing from elsewhere: whoever slips in a script can't load or send a thing. */
const POLICY =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; media-src 'self' blob:";

/**
 * @param {() => object} describeLobby what the lobby shows: open rooms, the
 *   address for other machines, where media is.
 */
async function createPage(describeLobby) {
  const app = express();
  const scripts = await bundleScripts();

  app.use((req, res, next) => {
    res.set('Content-Security-Policy', POLICY);
    next();
  });
  app.get('/', (req, res) => res.sendFile('lobby.html', { root: PUBLIC_DIR }));
  app.get('/lobby.json', (req, res) => {
    res.set('Cache-Control', 'no-store').json({
      freshRoomId: randomBytes(6).toString('base64url'),
      ...describeLobby(),
    });
  });
  app.get('/room/:id', (req, res) => {
    res.sendFile('room.html', { root: PUBLIC_DIR });
  });
  app.get('/scripts/:name.js', (req, res, next) => {
    const script = scripts.get(req.params.name);
    script ? res.type('js').send(script) : next();
  });
  app.use(express.static(PUBLIC_DIR, { index: false }));
  return app;
}

/** Each page's script with the libraries that it imports, as one text, by name. */
async function bundleScripts() {
  const { outputFiles } = await esbuild.build({
    entryPoints: SCRIPTS.map((name) => path.join(ROOT, 'client', `${name}.js`)),
    outdir: ROOT,
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
  });
  return new Map(
    outputFiles.map(({ path: file, text }) => [path.parse(file).name, text]),
  );
}

module.exports = { createPage };
