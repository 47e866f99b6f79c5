'use strict';

/**
 * Text of `npx remote-mediasoup --help`: the commands that the platform's binary lists, and those that run in
 * Node. `bin/remote-mediasoup.js` prints it.
 */

const { version } = require('../package.json');
const { output } = require('./binary');

const COMMANDS = `  port         Looks at an application that uses mediasoup, and makes the swap. A package of its own:
               npx remote-mediasoup-port@${version}
  doctor       Checks this machine, the link to the server and its media
`;

async function help() {
  let text;
  try {
    text = await output('--help');
  } catch (error) {
    return `Usage: remote-mediasoup <COMMAND>\n\nCommands:\n${COMMANDS}\nThe others are missing: ${error.message}\n`;
  }
  // The binary's own list is what it can do.
  return /^Commands:\n/m.test(text)
    ? text.replace(/^Commands:\n/m, (title) => title + COMMANDS)
    : `${text}\nIn Node:\n${COMMANDS}`;
}

exports.help = help;
