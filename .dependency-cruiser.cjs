/**
 * Who may import whom: the table of docs/ARCHITECTURE.md as rules. A broken one fails `npm run imports` and says why.
 * A room is a folder of src/; tests and src/testing/ may look anywhere.
 */
const rooms = {
  shared: [],
  domain: ['shared'],
  network: ['shared'],
  evaluation: ['domain', 'shared'],
  dataset: ['domain', 'shared'],
  weights: ['network', 'shared'],
  formats: ['domain', 'network', 'shared'],
  storage: ['domain', 'network', 'shared'],
  rpc: ['shared'],
  compute: [
    ...['rpc', 'formats', 'storage', 'weights', 'dataset', 'evaluation'],
    ...['domain', 'network', 'shared'],
  ],
  state: ['rpc', 'storage', 'dataset', 'evaluation', 'domain', 'shared'],
  ui: ['state', 'evaluation', 'domain', 'i18n', 'shared'],
  i18n: ['shared'],
  sw: ['shared'],
  download: ['shared'],
};
/** Rooms whose types alone may be imported: a type leaves no trace in the bundle. */
const typesOnly = {
  domain: ['network'],
  rpc: ['domain', 'network', 'evaluation', 'dataset'],
  state: ['network'],
};

const FORMAT_LIST = '^src/formats/formatList\\.ts$';

const rules = Object.entries(rooms).flatMap(([room, allowed]) => {
  const open = [room, ...allowed, ...(typesOnly[room] ?? [])].join('|');
  const rule = {
    name: `room-${room}`,
    severity: 'error',
    comment: `src/${room} may import only: ${allowed.join(', ') || 'nothing'} (and types of ${(typesOnly[room] ?? []).join(', ') || 'nothing else'}). The table keeps the page from computing and the network from knowing its backends; move the code to the room it belongs to.`,
    from: { path: `^src/${room}/`, pathNot: '\\.test\\.tsx?$' },
    // Of a worker the address is imported (`?worker&url`), which is how it is started.
    // What the page shows of the model formats is data, which brings no code of theirs.
    to: {
      path: '^src/',
      pathNot: `^src/(${open})/|\\.worker\\.ts$|${room === 'state' ? FORMAT_LIST : '^$'}`,
    },
  };
  const typeRule = typesOnly[room] && {
    name: `room-${room}-types-only`,
    severity: 'error',
    comment: `src/${room} may import types of ${typesOnly[room].join(', ')}, not their code: use "import type".`,
    from: { path: `^src/${room}/`, pathNot: '\\.test\\.tsx?$' },
    to: { path: `^src/(${typesOnly[room].join('|')})/`, dependencyTypesNot: ['type-only'] },
  };
  return typeRule ? [rule, typeRule] : [rule];
});

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or need a third that both read.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'tensorflow-only-in-its-runtime',
      severity: 'error',
      comment:
        'What crosses an edge of compute/runtimes/ is a typed array: a tensor elsewhere is one that nobody frees.',
      from: {
        path: '^src/',
        pathNot: '^src/compute/runtimes/tensorflow/|^src/testing/|\\.test\\.tsx?$',
      },
      to: { path: 'node_modules/@tensorflow' },
    },
    {
      name: 'react-only-in-ui',
      severity: 'error',
      comment: 'Workers never draw, and state holds no components.',
      from: { path: '^src/', pathNot: '^src/(ui/|main\\.tsx)' },
      to: { path: 'node_modules/(react|react-dom|@mantine|recharts)/' },
    },
    {
      name: 'views-share-through-common',
      severity: 'error',
      comment:
        'A view is one folder: what two of them share lies in ui/common/, so that either can be changed or taken out alone.',
      from: { path: '^src/ui/([^/]+)/', pathNot: '^src/ui/(common|shell)/' },
      to: { path: '^src/ui/[^/]+/', pathNot: '^src/ui/($1|common)/' },
    },
    {
      name: 'common-knows-no-view',
      severity: 'error',
      comment: 'What views share stands below them.',
      from: { path: '^src/ui/common/' },
      to: { path: '^src/ui/', pathNot: '^src/ui/common/' },
    },
    {
      name: 'compute-entered-by-workers-only',
      severity: 'error',
      comment: 'compute/ is entered only through its *.worker.ts files.',
      from: { path: '^src/', pathNot: '^src/(compute|testing)/' },
      to: { path: '^src/compute/', pathNot: '\\.worker\\.ts' },
    },
    {
      name: 'loop-knows-no-runtime',
      severity: 'error',
      comment:
        'The training loop asks for a trainer and gets one from the job: so every runtime runs under the same loop.',
      from: { path: '^src/compute/(training|baseline)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^src/compute/(runtimes|jobs|features|intake)/' },
    },
    {
      name: 'runtimes-know-no-job',
      severity: 'error',
      comment:
        'A runtime computes what it is given; which pictures and when is the business of jobs and features.',
      from: { path: '^src/compute/runtimes/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^src/compute/(jobs|features|intake)/' },
    },
    {
      name: 'jobs-name-no-runtime',
      severity: 'error',
      comment:
        'Whichever runtime does it is found through the registry, by choose/: so a folder is all that a new one takes.',
      from: { path: '^src/compute/(jobs|features)/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^src/compute/runtimes/(wasm|tensorflow)/',
        // Beside every backend TensorFlow.js is up: for the linear probe's sums.
        pathNot: '^src/compute/runtimes/tensorflow/(activate|gram)\\.ts$',
      },
    },
    {
      name: 'wasm-without-tensorflow',
      severity: 'error',
      comment:
        'Our own kernels run without TensorFlow.js; its runtime may use them, not the other way round.',
      from: { path: '^src/compute/runtimes/wasm/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^src/compute/runtimes/(tensorflow|choose)/' },
    },
    {
      name: 'features-know-no-job',
      severity: 'error',
      comment: 'Jobs ask for features, one call of the protocol each; features know nothing of calls.',
      from: { path: '^src/compute/features/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^src/compute/(jobs|intake)/' },
    },
    {
      name: 'dataset-formats-load-when-opened',
      severity: 'error',
      comment:
        'The page takes the endings out of these files: a package imported at their top would weigh in the first load. Use "await import(…)" where a file is opened.',
      from: { path: '^src/dataset/formats/', pathNot: '\\.test\\.ts$' },
      to: { path: 'node_modules', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'zod-through-shared',
      severity: 'error',
      comment: 'shared/zod.ts switches off the compiled checks, which the page security policy forbids.',
      from: { path: '^src/', pathNot: '^src/shared/zod\\.ts$' },
      to: { path: 'node_modules/zod/' },
    },
    {
      name: 'tests-stay-tests',
      severity: 'error',
      comment: 'Product code must not lean on test code.',
      from: { path: '^src/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '\\.test\\.tsx?$' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that leads nowhere.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:|\\?' },
    },
    {
      name: 'testing-for-tests-only',
      severity: 'error',
      comment:
        'src/testing/ holds fixtures and fakes: in the product they would weigh, and hide what is not there. Only *.test.* files, e2e, the tests, the bench and the interop check of tools and src/testing itself may import it.',
      from: { pathNot: '^src/testing/|^e2e/|^tools/(bench|interop)/|\\.test\\.tsx?$' },
      to: { path: '^src/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.page.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
    },
  },
};
