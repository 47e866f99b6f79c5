/**
 * Parser of an application's JavaScript, TypeScript and JSON (by @babel/parser), and searches in the
 * resulting syntax nodes: calls, properties, texts. Sources, the search for imports and the rules call it.
 *
 * The parser is JavaScript itself: code that nests without end, as hostile code does, is an error, where a
 * native parser's overflowing stack would end the process. It also runs on every Node that the package
 * supports.
 */

import path from 'node:path';
import { parse, parseExpression } from '@babel/parser';
import types from '@babel/types';

const { VISITOR_KEYS, getBindingIdentifiers, isFunction, isScopable } = types;

/** Everything that build tools accept, so that no application is refused for its dialect. */
const OPTIONS = {
  sourceType: 'unambiguous',
  errorRecovery: true,
  attachComment: false,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowNewTargetOutsideFunction: true,
  allowReturnOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowUndeclaredExports: true,
};
const PLUGINS = [
  'decorators-legacy',
  'decoratorAutoAccessors',
  'deprecatedImportAssert',
  'explicitResourceManagement',
];

/**
 * @param {string} file whose name tells the language
 * @param {string} text
 * @returns {{ nodes: object[], failure?: { reason: string, line: number } }} the nodes in the order of the
 *   text, each with its `parent`. Errors that leave the structure intact, like a name declared twice,
 *   are none
 */
export function nodesIn(file, text) {
  try {
    const plugins = [...PLUGINS, ...languageOf(file)];
    const isJson = file.endsWith('.json');
    const parser = isJson ? parseExpression : parse;
    return { nodes: nodesOf(parser(text, { ...OPTIONS, plugins })) };
  } catch (error) {
    // The parser's stack overflows in code that nests thousands of levels deep.
    const reason =
      error instanceof RangeError
        ? 'it nests too deeply'
        : error.message.replace(/ \(\d+:\d+\)$/, '');
    return { nodes: [], failure: { reason, line: error.loc?.line ?? 1 } };
  }
}

function languageOf(file) {
  const extension = path.extname(file);
  if (extension === '.tsx') return ['typescript', 'jsx'];
  if (!/^\.[cm]?ts$/.test(extension)) return ['flow', 'jsx'];
  return [['typescript', { dts: /\.d\.[cm]?ts$/.test(file) }]];
}

/** A node and all below it, in the order of the text. */
export function nodesOf(root) {
  const nodes = [];
  const waiting = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    nodes.push(node);
    for (const child of VISITOR_KEYS[node.type].flatMap((key) => node[key])) {
      if (!child) continue;
      child.parent = node;
      waiting.push(child);
    }
  }
  return nodes.sort((a, b) => a.start - b.start);
}

/** The text of a string, or of a template without expressions. */
export function textOf(node) {
  if (node?.type === 'StringLiteral') return node.value;
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0
    ? node.quasis[0].value.cooked
    : undefined;
}

/** The name of a member or a property: of `a.b`, `a['b']`, `{ b: 1 }` or `{ 'b': 1 }`. */
function nameOf(key, isComputed) {
  return key.type === 'Identifier' && !isComputed ? key.name : textOf(key);
}

/**
 * Calls of functions with these names, as variables or members.
 *
 * @param {object[]} nodes
 * @param {Set<string>} names
 * @returns {{ name: string, key: object, object?: object, given: object[] }[]} `key` is the node of the
 *   name, `object` the one whose member is called, `given` are the arguments
 */
export function callsOf(nodes, names) {
  return nodes
    .filter(({ type }) => /^(Optional)?CallExpression$/.test(type))
    .map(({ callee, arguments: given }) => {
      const called = withoutTypes(callee);
      const key = called.property ?? called;
      const name = nameOf(key, called.computed);
      return { name, key, object: called.object, given };
    })
    .filter(({ name }) => names.has(name));
}

/** `a!`, `a as T`: TypeScript around a value. */
function withoutTypes(node) {
  let inner = node;
  while (/^TS/.test(inner.type) && inner.expression) inner = inner.expression;
  return inner;
}

/**
 * Properties with these names that get a value: `{ name: value }`, `{ name }`, `a.name = value`. Types,
 * parameters and patterns don't give any.
 *
 * @param {object[]} nodes
 * @param {Set<string>} names
 * @returns {{ key: object, value: object }[]}
 */
export function propertiesOf(nodes, names) {
  return nodes
    .filter(
      ({ type, parent, operator, left }) =>
        (type === 'ObjectProperty' && parent.type === 'ObjectExpression') ||
        (type === 'AssignmentExpression' && operator === '=' && left.property),
    )
    .map(({ key, value, computed, left, right }) =>
      left
        ? { key: left.property, value: right, isComputed: left.computed }
        : { key, value, isComputed: computed },
    )
    .filter(({ key, isComputed }) => names.has(nameOf(key, isComputed)));
}

/** Modules that export Node's global of that name. */
const SAME = new Set(['process', 'node:process']);

/** True for a use of Node's own `require` or `process`, false where something else has that name. */
export function isOfNode(node, name) {
  if (node?.type !== 'Identifier' || node.name !== name) return false;
  const root = ancestorOf(node, ({ parent }) => !parent);
  root.shadows ??= {};
  root.shadows[name] ??= shadowsOf(nodesOf(root), name);
  return !ancestorOf(node, (one) => root.shadows[name].has(one));
}

/** The scopes in which something else than Node's own has a name. */
function shadowsOf(nodes, name) {
  const isIn = (bound) => bound && name in getBindingIdentifiers(bound);
  const shadows = new Set();
  for (const node of nodes) {
    // `constructor(private process)` is a parameter of TypeScript's own kind.
    const params = node.params?.map((one) => one.parameter ?? one);
    if (isIn(isFunction(node) ? params : node.param)) shadows.add(node);
    const isDeclared = /Declarat|^Import\w*Specifier$/.test(node.type);
    if (isDeclared && isIn(node.id ?? node.local) && !isSame(node)) {
      shadows.add(ancestorOf(node.parent, isScopable));
    }
  }
  return shadows;
}

/** True for a declaration whose value is Node's: `= createRequire(...)`, `from 'node:process'`. */
function isSame({ init, parent }) {
  return (
    SAME.has(parent.source?.value) ||
    (init ? nodesOf(init) : []).some(
      (node) => node.name === 'createRequire' || SAME.has(textOf(node)),
    )
  );
}

function ancestorOf(node, isWanted) {
  let at = node;
  while (at && !isWanted(at)) at = at.parent;
  return at;
}
