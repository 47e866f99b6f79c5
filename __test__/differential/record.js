'use strict';
/**
 * Child process of the differential test, which `run.mjs` starts for each scenario and module: loads the
 * module that MEDIASOUP_UNDER_TEST names, runs the scenario on it, and sends the recording to its parent.
 *
 *     node record.js <scenario> <seed>
 */
const path = require('node:path');
const { Recorder } = require('./recorder.js');
const { Random } = require('../support/random.js');

async function main([name, seed]) {
  const scenario = require(path.join(__dirname, 'scenarios', name));
  const mediasoup = require(process.env.MEDIASOUP_UNDER_TEST);
  const recorder = new Recorder(mediasoup);

  let failure;

  try {
    await scenario({
      mediasoup,
      recorder,
      random: new Random(Number(seed)),
      step: recorder.step.bind(recorder),
      cases: recorder.cases.bind(recorder),
    });
  } catch (error) {
    // What was recorded until then says more than the error alone.
    failure = error.stack;
  }

  await recorder.close();
  process.send({ steps: recorder.steps, failure }, () => process.exit(0));
}

main(process.argv.slice(2));
