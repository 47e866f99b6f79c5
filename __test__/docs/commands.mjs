/**
 * Check of the commands that documents name. The checker of documents (`checker.mjs`) calls it for each: npm
 * scripts, test steps, scripts, subcommands and flags of this project must exist, programs of others must be
 * known by name. It returns the errors.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

import { platformDir, root } from '../../scripts/lib/project.mjs';
import { steps } from '../../scripts/steps.mjs';

const { scripts } = createRequire(import.meta.url)('../../package.json');

const LAUNCHER = path.join(root, 'bin/remote-mediasoup.js');
const SERVER = path.join(platformDir, 'remote-mediasoup');

/** Of others, of which only the name is looked at. A new one is added here. */
const FOREIGN = new Set(
  (
    '[ . : apt-get bash cat cd chmod cp curl dig docker docker-compose echo export git grep ip ' +
    'iptables journalctl kill kubectl ls mkdir mv nc nft openssl pm2 printf pwd python3 rm sed set ' +
    'sh sha256sum sleep source ss ssh sysctl systemctl tail tar taskset tc tee test tr ufw ulimit ' +
    'unset useradd wait wget wscat yarn pnpm install gh jq awk head command diff make nginx patch ' +
    'systemd-analyze traceroute node npx npm cargo'
  ).split(' '),
);

const NPM_COMMANDS = new Set(
  'audit ci create exec explain i init install ls outdated pack publish rebuild uninstall update view version'.split(
    ' ',
  ),
);
const CARGO_COMMANDS = new Set(
  'add bench build check clean clippy doc fmt fuzz install metadata run rustc test tree update'.split(
    ' ',
  ),
);

/** Folders of ours: a path into one of them has to exist. */
const OWN_FOLDERS =
  /^(?:\.\/)?(?:__test__|benches|bin|crates|deploy|docs|examples|fuzz|lib|native|npm|port|scripts|src|types|\.ci|\.github)\//;

/** Stands for something that the reader knows. */
const PLACEHOLDER = /^[A-Z][A-Z0-9_]*$|\.\.\.|^<.*>$|^\[.*\]$/;

/** So that a command that hangs is an error. */
const TIMEOUT_MS = 20_000;

/**
 * @param {import('./shell.mjs').Command} command
 * @param {string} folder - Where files that it names may be.
 * @returns {string[]} What is wrong with it and what to do.
 */
export function commandErrors({ words, env }, folder) {
  const [program, ...args] = words;

  if (program.startsWith('$') || PLACEHOLDER.test(program)) {
    return [];
  }
  switch (program) {
    case 'npm':
      return npmErrors(args);
    case 'npx':
      return npxErrors(args, env, folder);
    case 'node':
      return nodeErrors(args);
    case 'cargo':
      return cargoErrors(args);
    default:
  }
  if (path.basename(program) === 'remote-mediasoup') {
    return ownErrors(args, env, folder);
  }
  if (OWN_FOLDERS.test(program)) {
    return pathErrors(program);
  }

  return FOREIGN.has(path.basename(program))
    ? args.filter((each) => OWN_FOLDERS.test(each)).flatMap(pathErrors)
    : [
        `"${program}" is not a program that is known: correct it, or add it to FOREIGN in __test__/docs/commands.mjs`,
      ];
}

/** True if a path into the checkout leads somewhere; patterns are taken up to their first star. */
export function pathErrors(name) {
  const fixed = name
    .replace(/[*{][^]*$/, '')
    .replace(/[^/]*$/, (last) => (/[*{]/.test(name) ? '' : last));

  return /<.*>/.test(name) ||
    PLACEHOLDER.test(name) ||
    exists(fixed) ||
    isMade(fixed)
    ? []
    : [`${name} does not exist: correct the path`];
}

export function isOwnPath(name) {
  return OWN_FOLDERS.test(name);
}

/** True for files that Git ignores: a program makes them. */
function isMade(name) {
  const { status } = spawnSync('git', ['check-ignore', '--quiet', name], {
    cwd: root,
  });

  return status === 0;
}

function exists(name) {
  return fs.existsSync(path.join(root, name));
}

function npmErrors(args) {
  const words = args.filter((each) => !each.startsWith('-'));
  const [command, name] = words;
  const [folder] = args.flatMap((each, at) =>
    each === '--prefix' ? [args[at + 1]] : [],
  );

  if (folder || command === undefined || PLACEHOLDER.test(command)) {
    return [];
  }
  if (command === 'test' || command === 't') {
    return stepErrors(words.slice(1));
  }
  if (command === 'start' || command === 'run' || command === 'run-script') {
    const script = command === 'start' ? 'start' : name;

    return script === undefined || PLACEHOLDER.test(script)
      ? []
      : scriptErrors(script, after(args, '--'));
  }

  return NPM_COMMANDS.has(command)
    ? packageErrors(words.slice(1))
    : [`npm ${command}: npm has no such command that is known here`];
}

function stepErrors(names) {
  return names
    .filter((name) => !PLACEHOLDER.test(name))
    .filter((name) => !steps.some((step) => step.name === name))
    .map(
      (name) =>
        `npm test has no step ${name}: see npm test -- --list, or scripts/steps.mjs`,
    );
}

function scriptErrors(name, args) {
  if (!Object.hasOwn(scripts, name)) {
    return [`npm run ${name}: package.json has no such script`];
  }

  const file = /(?:^| )node (\S+)/.exec(scripts[name])?.[1];

  return file ? flagErrors(file, args) : [];
}

/** Packages of ours have the names under which they are published. */
function packageErrors(names) {
  return names
    .filter(
      (name) => /remote-mediasoup/.test(name) && !/[/\\]|\.tgz/.test(name),
    )
    .filter(
      (name) =>
        !/^([\w-]+@npm:)?remote-mediasoup(-port|-(linux|darwin)-(x64|arm64)(-gnu)?)?(@[\w.^~-]+)?$/.test(
          name,
        ),
    )
    .map((name) => `npm has no package ${name}`);
}

function npxErrors(args, env, folder) {
  const [name, ...rest] = args.filter(
    (each, at) => !(each.startsWith('-') && at === 0),
  );

  const own = /^remote-mediasoup(-port)?(@.*)?$/.exec(name ?? '');

  return own ? ownErrors(own[1] ? ['port', ...rest] : rest, env, folder) : [];
}

function nodeErrors(args) {
  const file = args.find((each) => !each.startsWith('-'));

  if (!file || !OWN_FOLDERS.test(file)) {
    return [];
  }

  const errors = pathErrors(file);

  return errors.length > 0 || args.includes('--test')
    ? errors
    : flagErrors(file, args.slice(args.indexOf(file) + 1));
}

/** Our scripts know the flags that their help names. */
function flagErrors(file, args) {
  const flags = flagsIn(args);
  const help = flags.length > 0 ? helpOf(undefined, path.join(root, file)) : '';

  return unknownIn(help ?? '', flags).map((flag) => `${file} knows no ${flag}`);
}

function unknownIn(help, flags) {
  return flags.filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(help));
}

function cargoErrors(args) {
  const words = args.filter((each) => !each.startsWith('+'));
  const [command] = words.filter((each) => !each.startsWith('-'));
  const crates = words.flatMap((each, at) =>
    each === '-p' || each === '--package' ? [words[at + 1]] : [],
  );

  return [
    ...(command && !CARGO_COMMANDS.has(command) && !PLACEHOLDER.test(command)
      ? [`cargo ${command} is not a command that is known here`]
      : []),
    ...crates
      .filter((name) => !PLACEHOLDER.test(name) && command !== 'clean')
      .filter(
        (name) => name !== 'remote-mediasoup' && !exists(`crates/${name}`),
      )
      .map((name) => `the workspace has no crate ${name}`),
  ];
}

/** `remote-mediasoup ...`: asked itself. */
function ownErrors(args, env, folder) {
  const [subcommand] = args;

  if (subcommand === undefined || PLACEHOLDER.test(subcommand)) {
    return [];
  }
  if (subcommand === 'serve' && !args.some((each) => PLACEHOLDER.test(each))) {
    return serveErrors(args, env, folder);
  }

  const isFlag = subcommand.startsWith('-');
  const help = helpOf(isFlag ? undefined : subcommand);

  if (help === undefined) {
    return [
      `remote-mediasoup has no subcommand ${subcommand}: see remote-mediasoup --help`,
    ];
  }

  return unknownIn(help, flagsIn(args)).map(
    (flag) => `remote-mediasoup ${subcommand} knows no ${flag}`,
  );
}

const helps = new Map();

/** Nothing for a subcommand that doesn't exist. */
export function helpOf(subcommand, program = LAUNCHER) {
  const args = [program, ...(subcommand ? [subcommand] : []), '--help'];
  const key = args.join(' ');

  if (!helps.has(key)) {
    const { status, stdout } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
    });

    helps.set(key, status === 0 ? stdout : undefined);
  }

  return helps.get(key);
}

/** Errors of options of `serve`: it prints its configuration only if all are valid. */
export function serveErrors(args, env, folder) {
  try {
    execFileSync(
      SERVER,
      [...args.filter((each) => each !== '--print-config'), '--print-config'],
      {
        cwd: folder,
        env: { ...own(env), PATH: process.env.PATH },
        timeout: TIMEOUT_MS,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  } catch (error) {
    return [
      `remote-mediasoup ${args.join(' ')}: ${String(error.stderr).trim()}`,
    ];
  }

  return [];
}

function own(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith('REMOTE_MEDIASOUP')),
  );
}

function flagsIn(args) {
  return args
    .filter((each) => /^--[a-z]/.test(each))
    .map((each) => each.replace(/=[^]*$/, ''));
}

function after(args, separator) {
  const at = args.indexOf(separator);

  return at === -1 ? [] : args.slice(at + 1);
}
