'use strict';
/** Holds a meeting on the module of the given name, as CommonJS. */

const name = process.argv[2];
const mediasoup = require(name);
const meeting = require('./meeting.js');

for (const subpath of ['types', 'errors', 'ortc', 'extras']) {
  require(`${name}/${subpath}`);
}

meeting(mediasoup).then((result) =>
  console.log(JSON.stringify({ ...result, version: mediasoup.version })),
);
