/**
 * Reads index.d.ts and types/*.d.ts: what they declare, in their order, with
 * what is said of it. TypeScript parses; nothing is resolved, since a name means
 * the same in all of these files.
 */

import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Only names again what the others declare. */
const NOT_READ = new Set(['types.d.ts', 'extras.d.ts']);

/** Type helpers whose result has the members of their arguments. */
const COMBINING = new Set(['Either', 'Flat']);

/**
 * @typedef {object} Declaration
 * @property {string} name
 * @property {string} head - Its code up to its members, or all of it.
 * @property {string} about - Its comment.
 * @property {Member[]} members
 * @property {string[]} uses - Names in it, whoever declares them.
 *
 * @typedef {object} Member
 * @property {string} code
 * @property {string} about
 */

/**
 * @param {string} root - The checkout.
 * @returns {Map<string, {about: string, declarations: Declaration[],
 *   namespaces: object[], names: object[]}>} By file name without its ending;
 * `module` is index.d.ts.
 */
export function readDeclarations(root) {
  const files = fs
    .readdirSync(path.join(root, 'types'))
    .filter((name) => name.endsWith('.d.ts') && !NOT_READ.has(name))
    .sort();

  return new Map([
    ['module', readFile(root, 'index.d.ts')],
    ...files.map((name) => [
      name === 'index.d.ts' ? 'module-types' : name.replace('.d.ts', ''),
      readFile(root, `types/${name}`),
    ]),
  ]);
}

function readFile(root, file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(
    file,
    text,
    ts.ScriptTarget.Latest,
    /* setParentNodes */ true,
  );

  return {
    about: firstComment(text),
    declarations: source.statements.flatMap((node) => declarationsOf(node)),
    namespaces: source.statements.flatMap((node) => namespacesOf(node)),
    names: source.statements.flatMap((node) => reexportsOf(node)),
  };
}

/** The comment that begins a file speaks of all of it. */
function firstComment(text) {
  const [, comment = ''] = /^\/\*\*([^]*?)\*\//.exec(text) ?? [];

  return comment.replaceAll(/\n \* ?/g, '\n').trim();
}

function declarationsOf(node) {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations
      .filter(({ name }) => !isInternal(name.text))
      .map((each) => ({
        name: each.name.text,
        head: `const ${print(each)}`,
        about: commentOf(node),
        members: [],
        uses: namesIn(each),
      }));
  }
  if (!node.name || isInternal(node.name.text)) {
    return [];
  }

  const { head, members } = partsOf(node);

  return [
    {
      name: node.name.text,
      head,
      about: commentOf(node),
      members,
      uses: namesIn(node),
    },
  ];
}

/** Exist in mediasoup's declarations, and so in ours; no program names them. */
function isInternal(name) {
  return name.endsWith('Impl');
}

function partsOf(node) {
  if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
    const code = print(node);

    return {
      head: withoutExport(code.slice(0, code.indexOf('{'))),
      members: node.members.filter(isPublic).map(memberOf),
    };
  }

  const literals = ts.isTypeAliasDeclaration(node) ? literalsOf(node.type) : [];

  return {
    head: withoutExport(withoutLiterals(node, literals)),
    members: literals.flatMap(({ members }) =>
      members.filter(isPublic).map(memberOf),
    ),
  };
}

/** What of a type has members to list: `{...}`, alone or as a part of `A & Flat<B & {...}>`. */
function literalsOf(type) {
  if (ts.isTypeLiteralNode(type)) {
    return [type];
  }
  if (ts.isIntersectionTypeNode(type)) {
    return type.types.flatMap(literalsOf);
  }

  return ts.isTypeReferenceNode(type) && COMBINING.has(type.typeName.text)
    ? (type.typeArguments ?? []).flatMap(literalsOf)
    : [];
}

/** The code with an ellipsis for each literal; without what is nothing but that. */
function withoutLiterals(node, literals) {
  return literals
    .reduce(
      (code, literal) => code.replace(print(literal), '{ ... }'),
      print(node),
    )
    .replace(/ = \{ \.\.\. \};$/, '');
}

function isPublic(member) {
  const isOwn = ts
    .getJSDocTags(member)
    .some(({ tagName }) => tagName.text === 'private');

  // Events of that form are how mediasoup's own classes speak to each other.
  return !isOwn && !member.name?.text?.startsWith('@');
}

function memberOf(member) {
  return {
    code: print(member).replace(/;$/, ''),
    about: commentOf(member),
  };
}

function commentOf(node) {
  // One before it speaks of the file.
  const { comment } = node.jsDoc?.at(-1) ?? {};

  return (ts.getTextOfJSDocComment(comment) ?? '').trim();
}

/** `export * as errors from './types/errors'` */
function namespacesOf(node) {
  const clause = ts.isExportDeclaration(node) && node.exportClause;

  return clause && ts.isNamespaceExport(clause)
    ? [{ name: clause.name.text, file: fileOf(node) }]
    : [];
}

/** `export { a, b as c } from './types/file'` */
function reexportsOf(node) {
  const clause = ts.isExportDeclaration(node) && node.exportClause;

  return clause && ts.isNamedExports(clause)
    ? clause.elements.map(({ name, propertyName }) => ({
        name: name.text,
        original: (propertyName ?? name).text,
        file: fileOf(node),
      }))
    : [];
}

function fileOf({ moduleSpecifier }) {
  return path.basename(moduleSpecifier.text);
}

function namesIn(node) {
  const names = new Set();
  const visit = (each) => {
    if (ts.isTypeReferenceNode(each) && ts.isIdentifier(each.typeName)) {
      names.add(each.typeName.text);
    }
    if (
      ts.isExpressionWithTypeArguments(each) &&
      ts.isIdentifier(each.expression)
    ) {
      names.add(each.expression.text);
    }

    ts.forEachChild(each, visit);
  };

  visit(node);

  return [...names];
}

const printer = ts.createPrinter({ removeComments: true });

/** Its code in one line, without comments. */
function print(node) {
  return printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function withoutExport(code) {
  return code.replace(/^(export |declare )*/, '').replace(/;? *$/, '');
}
