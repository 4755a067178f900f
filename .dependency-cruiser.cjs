/**
 * The layers of `docs/ARCHITECTURE.md`, read from `layers.json`: a folder of `src/` imports itself, `errors.ts`,
 * and what its row names; npm packages likewise. Tests and test doubles may reach further.
 */
const { folders, workers } = require('./layers.json')

const TEST_FILES = '\\.(test|contract)\\.tsx?$|/testing/'
const escape = (text) => text.replaceAll(/[.@/]/g, String.raw`\$&`)
const npmPath = (name) => `node_modules/${escape(name)}${name.endsWith('/') ? '' : '/'}`

const rules = Object.entries(folders).flatMap(([folder, row]) => {
  const extra = Object.entries(row.only ?? {})
  const from = { path: `^src/${folder}/`, pathNot: [TEST_FILES, ...extra.map(([file]) => `^${escape(file)}$`)] }
  const own = [`^src/${folder}/`, '^src/errors\\.ts$', ...row.src.map((path) => `^src/${escape(path)}`)]
  const reach = (name, source, allowed) => ({
    name,
    severity: 'error',
    comment: `src/${folder} may import only: errors, ${row.src.join(', ') || 'nothing else'} (layers.json)`,
    from: source,
    to: { path: '^(src|workers|e2e)/', pathNot: allowed },
  })
  return [
    reach(`layer-${folder}`, from, own),
    ...extra.map(([file, paths]) =>
      reach(`layer-${folder}-entry`, { path: `^${escape(file)}$` }, [
        ...own,
        ...paths.map((path) => `^src/${escape(path)}`),
      ]),
    ),
    {
      name: `npm-${folder}`,
      severity: 'error',
      comment: `src/${folder} may use only these packages: ${row.npm.join(', ') || 'none'} (layers.json)`,
      from: { path: `^src/${folder}/`, pathNot: TEST_FILES },
      to: { path: 'node_modules/', ...(row.npm.length > 0 ? { pathNot: row.npm.map(npmPath) } : {}) },
    },
    ...(row.node === true
      ? []
      : [
          {
            name: `builtin-${folder}`,
            severity: 'error',
            comment: `src/${folder} runs in browsers: no Node modules`,
            from: { path: `^src/${folder}/`, pathNot: TEST_FILES },
            to: { dependencyTypes: ['core'] },
          },
        ]),
  ]
})

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'layer-workers',
      severity: 'error',
      comment: 'workers/ are entry points: they wire, they do not think',
      from: { path: '^workers/', pathNot: TEST_FILES },
      to: { path: '^src/', pathNot: ['^src/errors\\.ts$', ...workers.map((path) => `^src/${escape(path)}`)] },
    },
    {
      name: 'layer-errors',
      severity: 'error',
      comment: 'errors.ts imports nothing',
      from: { path: '^src/errors\\.ts$' },
      to: { path: '.' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-resolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-test-in-product',
      severity: 'error',
      comment: 'product code never imports tests or their doubles',
      from: { path: '^(src|workers)/', pathNot: TEST_FILES },
      to: { path: TEST_FILES },
    },
  ],
  options: {
    parser: 'tsc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\?(url|worker|raw)' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'browser', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
}
