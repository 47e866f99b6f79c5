'use strict';
/**
 * Child process of the benchmarks: runs one file of `measurements/` on one module (npm's mediasoup or this
 * package) and sends the results to its parent. `process.mjs` starts it.
 *
 *     MEDIASOUP_UNDER_TEST=<module> node --expose-gc measure.js <measurement> <sizes as JSON>
 */
const path = require('node:path');

async function main([name, sizes]) {
  const measurement = require(path.join(__dirname, 'measurements', name));
  const mediasoup = require(process.env.MEDIASOUP_UNDER_TEST);
  const results = await measurement(mediasoup, JSON.parse(sizes));

  process.send(results, () => process.exit(0));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
