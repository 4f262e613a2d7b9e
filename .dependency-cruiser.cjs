/** The table of ../design: who may import whom. A broken rule fails `npm run lint` and says why. */
const rooms = {
  shared: [],
  network: ['shared'],
  evaluation: ['shared'],
  weights: ['network', 'shared'],
  formats: ['network', 'shared'],
  dataset: ['shared'],
  storage: ['shared'],
  rpc: ['shared'],
  compute: ['network', 'weights', 'formats', 'dataset', 'evaluation', 'storage', 'rpc', 'shared'],
  state: ['rpc', 'dataset', 'evaluation', 'storage', 'shared'],
  ui: ['state', 'evaluation', 'i18n', 'shared'],
  i18n: ['shared'],
};
/** Rooms whose types alone may be imported: a type leaves no trace in the bundle. */
const typesOnly = {
  rpc: ['network', 'dataset', 'evaluation'],
  // Records and curves carry the protocol's plain types; naming them twice would let them drift apart.
  storage: ['rpc', 'network', 'evaluation', 'dataset'],
  formats: ['rpc', 'evaluation'],
  state: ['network'],
  ui: ['rpc', 'dataset', 'storage'],
};

const rules = Object.entries(rooms).flatMap(([room, allowed]) => {
  const open = [room, ...allowed, ...(typesOnly[room] ?? [])].join('|');
  const rule = {
    name: `room-${room}`,
    severity: 'error',
    comment: `src/${room} may import only: ${allowed.join(', ') || 'nothing'} (and types of ${(typesOnly[room] ?? []).join(', ') || 'nothing else'}). The table keeps the page from computing and the network from knowing its backends; move the code to the room it belongs to.`,
    from: { path: `^src/${room}/`, pathNot: '\\.test\\.tsx?$' },
    to: { path: '^src/', pathNot: `^src/(${open})/` },
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
      name: 'tensorflow-only-in-compute',
      severity: 'error',
      comment: 'The page never computes: tf.* lives behind compute/*.worker.ts.',
      from: { path: '^src/', pathNot: '^src/compute/|\\.test\\.tsx?$' },
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
      name: 'compute-entered-by-workers-only',
      severity: 'error',
      comment: 'compute/ is entered only through its *.worker.ts files.',
      from: { path: '^src/', pathNot: '^src/compute/' },
      to: { path: '^src/compute/', pathNot: '\\.worker\\.ts' },
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
        'src/testing/ holds fixtures and fakes: in the product they would weigh, and hide what is not there. Only *.test.* files, e2e, the tests of tools and src/testing itself may import it.',
      from: { pathNot: '^src/testing/|^e2e/|\\.test\\.tsx?$' },
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
