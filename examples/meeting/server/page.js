'use strict';

/** What browsers load: the lobby, a room's page, their scripts, and who is where. */

const { randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');
const express = require('express');

const ROOT = path.dirname(__dirname);
/** Each is a script and an HTML file of this name, within what all pages have. */
const PAGES = { lobby: '/', room: '/room/:id' };

/** @param {() => object} describeLobby who is where, and where media is. */
async function createPage(describeLobby) {
  const app = express();
  const { outputFiles } = await esbuild.build({
    entryPoints: Object.keys(PAGES).map((name) => `${ROOT}/client/${name}.js`),
    outdir: ROOT,
    bundle: true,
    minify: true,
    write: false,
  });
  for (const { path: file, text } of outputFiles) {
    const { base, name } = path.parse(file);
    const [page, body] = ['page', name].map((part) =>
      readFileSync(`${ROOT}/public/${part}.html`, 'utf8'),
    );
    const html = page.replace('<body>', () => `<body>${body}`);
    app.get(PAGES[name], (req, res) => res.send(html));
    app.get(`/scripts/${base}`, (req, res) => res.type('js').send(text));
  }
  app.get('/lobby.json', (req, res) => {
    const freshRoomId = randomBytes(6).toString('base64url');
    res.set('Cache-Control', 'no-store');
    res.json({ freshRoomId, ...describeLobby() });
  });
  app.use(express.static(`${ROOT}/public`, { index: false }));
  return app;
}

module.exports = { createPage };
