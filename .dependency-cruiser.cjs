// Who may import whom (docs/architecture.md). A planted violation of every rule is tried by
// infra/scripts/boundaries.test.ts, so that a tool that silently reads nothing cannot pass for a clean tree.

const shipped = '^(apps|packages)/(?!testkit/)';
const test = '\\.test\\.ts$|test-support\\.ts$|/conformance/';
const src = (name) => `^packages/${name}/src/`;

/** A package of ours, imported by its own name or reached by path. */
const ours = (names) => `^packages/(${names})/|^apps/(${names})/`;

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid('no-cycles', 'A cycle has no reading order.', {}, { circular: true }),
    forbid('no-unresolved', 'An import that resolves to nothing.', {}, { couldNotResolve: true }),
    forbid(
      'core-is-pure',
      'core imports nothing outside itself: no Node built-in, no package, no adapter.',
      { path: src('core'), pathNot: test },
      { pathNot: src('core') },
    ),
    forbid(
      'protocol-is-words',
      'protocol imports zod and core only.',
      { path: src('protocol'), pathNot: test },
      { pathNot: `${src('protocol')}|${src('core')}|/zod/` },
    ),
    forbid(
      'adapters-stay-apart',
      'kubernetes, issuer and storage know core and protocol, never each other or an app.',
      { path: '^packages/(kubernetes|issuer|storage)/src/', pathNot: test },
      { path: '^(apps|packages)/', pathNot: `^packages/$1/|${ours('core|protocol')}` },
    ),
    forbid(
      'apps-use-ports',
      'gateway and admin know core and protocol; symbolon alone joins them to adapters.',
      { path: '^apps/(gateway|admin)/src/', pathNot: test },
      { path: '^(apps|packages)/', pathNot: `^apps/$1/|${ours('core|protocol')}` },
    ),
    forbid(
      'one-composition-root',
      'Only the files of wire/ join adapters to ports.',
      { path: '^apps/symbolon/src/', pathNot: `^apps/symbolon/src/wire/|${test}` },
      { path: ours('kubernetes|issuer|storage') },
    ),
    forbid(
      'testkit-is-for-tests',
      'Shipped code never imports the test kit.',
      { path: shipped, pathNot: test },
      { path: ours('testkit') },
    ),
    forbid(
      'packages-have-one-door',
      'Another package is imported by its name, never by a path into it.',
      { path: '^(?:apps|packages)/([^/]+)/' },
      {
        path: '^(apps|packages)/[^/]+/src/',
        pathNot:
          '^(?:apps|packages)/$1/|/src/(postgres/|memory/|redis/|conformance/)?(index|main)\\.ts$|^packages/testkit/src/',
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|kube-apiserver/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
