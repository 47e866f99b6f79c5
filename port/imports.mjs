/**
 * Places where a source file names a module, in imports, `require()` calls and mocks of test runners. The
 * porting tool's analysis (`application.mjs`) calls `importsOf()` with mediasoup's name; it returns each
 * place with its form ("import named", ...), for the report and for the swap.
 */

import { isOfNode, textOf } from './syntax.mjs';

/** Functions of test runners that take a module's name. */
const MOCKS = new Set(
  (
    'createMockFromModule doMock doUnmock dontMock genMockFromModule importActual importMock mock ' +
    'requireActual requireMock setMock unmock unstable_mockModule'
  ).split(' '),
);

/** First specifier of an import statement to the statement's form. */
const FORMS = {
  ImportDefaultSpecifier: 'import default',
  ImportNamespaceSpecifier: 'import namespace',
  ImportSpecifier: 'import named',
};

/**
 * @param {import('./Source.mjs').Source} source
 * @param {string[]} names of modules
 * @returns {{ name: string, specifier: string, form: string, node: object }[]} `form` is `require`, `import
 *   default`, `import named`, `import namespace`, `import type`, `import` (for its effects), `import()`,
 *   `export`, `mock`, `resolve` or `declare module`; `node` is the string
 */
export function importsOf({ nodes, text }, names) {
  return nodes.flatMap((node) => {
    const specifier = textOf(node);
    const name = names.find(
      (one) =>
        (specifier === one || specifier?.startsWith(`${one}/`)) &&
        // A name that is spelled in escapes is nobody's, and couldn't be replaced.
        text.startsWith(one, node.start + 1),
    );
    const form = name && formOf(node, node.parent);
    return form ? [{ name, specifier, form, node }] : [];
  });
}

/** The form by which a string names a module; `undefined` for any other string. */
function formOf(node, parent) {
  switch (parent.type) {
    case 'ImportDeclaration':
      if (!['value', undefined].includes(parent.importKind)) {
        return 'import type';
      }
      return FORMS[parent.specifiers[0]?.type] ?? 'import';
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return 'export';
    case 'TSImportType':
      return 'import type';
    case 'TSExternalModuleReference':
      return 'require';
    case 'TSModuleDeclaration':
    case 'DeclareModule':
      return 'declare module';
    case 'CallExpression':
      return parent.arguments[0] === node
        ? calledForm(parent.callee)
        : undefined;
    default:
      return undefined;
  }
}

function calledForm(callee) {
  if (callee.type === 'Import') return 'import()';
  if (isOfNode(callee, 'require')) return 'require';
  const { object, property } = callee;
  if (MOCKS.has(property?.name)) return 'mock';
  const isResolving =
    property?.name === 'resolve' &&
    (isOfNode(object, 'require') || object.type === 'MetaProperty');
  return isResolving ? 'resolve' : undefined;
}
