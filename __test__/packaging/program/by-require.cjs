'use strict';
/**
 * Program that tests of packaging and the release's smoke test run in a folder with the package installed:
 * holds a meeting on the module of the given name, loaded as CommonJS.
 */

const name = process.argv[2];
const mediasoup = require(name);
const meeting = require('./meeting.js');

for (const subpath of ['types', 'errors', 'ortc', 'extras']) {
  require(`${name}/${subpath}`);
}

meeting(mediasoup).then((result) =>
  console.log(JSON.stringify({ ...result, version: mediasoup.version })),
);
