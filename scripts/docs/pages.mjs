/** The pages of docs/api: one per file of declarations, and an index of all names. */

/** Says to readers and to the tests of documents whose page it is. */
const GENERATED =
  '<!-- generated: by `npm run docs` from index.d.ts and types/, of which a test checks that it is not stale -->';

/** What a program imports, and where that is declared. */
const ENTRIES = [
  ['remote-mediasoup', 'module', 'the module'],
  ['remote-mediasoup/types', undefined, 'every type on these pages'],
  ['remote-mediasoup/errors', 'errors', 'classes of errors'],
  ['remote-mediasoup/ortc', 'ortc', 'the negotiation, as functions'],
  ['remote-mediasoup/extras', 'enhancedEvents', 'the event emitter'],
];

/**
 * @param {ReturnType<import('./declarations.mjs').readDeclarations>} files
 * @returns {Map<string, string>} File name to text.
 */
export function pages(files) {
  const places = placesOf(files);

  return new Map([
    ['README.md', indexPage(files, places)],
    ...[...files].map(([file, content]) => [
      `${file}.md`,
      page(file, content, places),
    ]),
  ]);
}

/** Every declared name to the link that leads there. */
function placesOf(files) {
  return new Map(
    [...files].flatMap(([file, { declarations }]) =>
      declarations.map(({ name }) => [
        name,
        `${file}.md#${name.toLowerCase()}`,
      ]),
    ),
  );
}

function indexPage(files, places) {
  const names = [...places.keys()].sort((a, b) =>
    a.toLowerCase() < b.toLowerCase() ? -1 : 1,
  );

  return text([
    '# API reference',
    GENERATED,
    "Classes, options and events, from the declarations that TypeScript sees. They are mediasoup's, " +
      'whose [own documentation](https://mediasoup.org/documentation/v3/mediasoup/api/) explains them at ' +
      'length; what is about servers is ours: [remote](remote.md).',
    table(
      ['import', 'what'],
      ENTRIES.map(([name, file, about]) => [
        code(name),
        file ? `[${about}](${file}.md)` : about,
      ]),
    ),
    '## Pages',
    table(
      ['page', 'what'],
      [...files].map(([file, { about }]) => [
        `[${file}](${file}.md)`,
        inRow(about),
      ]),
    ),
    '## Names',
    `${names.map((name) => `[${name}](${places.get(name)})`).join(', ')}.`,
  ]);
}

function page(file, { about, declarations, namespaces, names }, places) {
  // Some helpers are in several files, under the same name.
  const near = new Map([
    ...places,
    ...declarations.map(({ name }) => [name, `#${name.toLowerCase()}`]),
  ]);
  const exported = [
    ...namespaces.map(({ name }) => {
      const entry = ENTRIES.find(([each]) => each.endsWith(`/${name}`));

      return [code(name), `[${entry[0]}](${entry[1] ?? 'README'}.md)`];
    }),
    ...names.map(({ name, original, file: from }) => [
      code(name),
      `[${original}](${places.get(original) ?? `${from}.md`})`,
    ]),
  ];

  return text([
    `# ${file}`,
    GENERATED,
    about,
    ...declarations.flatMap((each) => section(each, near)),
    ...(exported.length > 0
      ? ['## Also exported', table(['name', 'declared as'], exported)]
      : []),
  ]);
}

function section({ name, head, about, members, uses }, places) {
  const links = uses
    .filter((each) => each !== name && places.has(each))
    .map((each) => `[${each}](${places.get(each)})`);

  return [
    `## ${name}`,
    about,
    ['```ts', head, '```'].join('\n'),
    members.length > 0
      ? table(
          ['member', 'what'],
          members.map((member) => [code(member.code), inRow(member.about)]),
        )
      : '',
    links.length > 0 ? `Uses ${links.join(', ')}.` : '',
  ];
}

function table(header, rows) {
  return [header, header.map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

/** A column ends at every bar, in code as well. */
function code(content) {
  return `\`${content.replaceAll('|', '\\|')}\``;
}

function inRow(prose) {
  return prose.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

function text(parts) {
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
