// What is linted and how: plain JavaScript for Node, except for what runs in a browser's page.
// Layout is prettier's business alone, so no rule here is about it.

import js from '@eslint/js';
import globals from 'globals';

export default [
  {
    ignores: [
      'target/',
      'coverage/',
      'fuzz/',
      'benches/results/',
      '**/.generated/',
      '**/dist/',
    ],
  },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, globals: globals.node },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'consistent-return': 'error',
      curly: ['error', 'multi-line'],
      // `x == null` asks for null and undefined at once, as mediasoup's own checks do.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['**/*.js'], languageOptions: { sourceType: 'commonjs' } },
  { files: ['**/*.mjs'], languageOptions: { sourceType: 'module' } },
  {
    // Applications whose package.json says so.
    files: ['__test__/porting/fixtures/import-*/**/*.js'],
    languageOptions: { sourceType: 'module' },
  },
  {
    // Tests that jest runs: its functions are globals there.
    files: ['__test__/**/*.js'],
    languageOptions: { globals: globals.jest },
  },
  {
    // Pages: bundled or served as they are, they see the browser and not Node.
    files: ['examples/**/public/**', 'examples/**/client/**'],
    languageOptions: { sourceType: 'module', globals: globals.browser },
  },
  {
    // Tests of pages: some of their functions run in the page.
    files: ['__test__/browser/**'],
    languageOptions: { globals: globals.browser },
  },
];
