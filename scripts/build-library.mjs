/**
 * Builds the library into dist/sdk, a folder that can be published as it is.
 *
 *   src/sdk/quire.browser.ts ─▶ quire.js          workers/library.worker.ts ─▶ worker.js      whole: no bundler of a
 *   src/sdk/quire.node.ts ────▶ node.js (+chunks)  workers/port-broker.ts ──▶ port-broker.js   user needs a setting for them
 *   src/sdk/elements/define.ts ▶ elements.js
 *   tsc ─▶ types/…            package.json of the project ─▶ package.json (exports, no dependencies: all is bundled but lmdb)
 *   what was bundled ─▶ THIRD-PARTY-LICENSES.md        docs/LIBRARY.md ─▶ README.md
 */
import { copyFile, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { revision } from './revision.mjs'
import { root, run } from './run.mjs'

const OUT = join(root, 'dist', 'sdk')
const TYPES = join(OUT, 'types')
/** What each bundle has in it, until it is one file. */
const LICENSES = 'licenses'
/** Native code, and only for a folder under Node: whoever wants that installs it. */
const OPTIONAL = ['lmdb']
/** As the sources name them, and as the package does. */
const WORKERS = new Map([
  ['library.worker.ts', 'worker.js'],
  ['port-broker.ts', 'port-broker.js'],
])

export async function buildLibrary({ quiet = true } = {}) {
  await rm(OUT, { recursive: true, force: true })
  const define = { QUIRE_REVISION: JSON.stringify(await revision()) }
  const common = { root, configFile: false, publicDir: false, logLevel: quiet ? 'error' : 'warn', define }
  const whole = (input, file) =>
    build({ ...common, build: bundle({ input, output: { entryFileNames: file, codeSplitting: false } }) })
  await whole('workers/library.worker.ts', 'worker.js')
  await whole('workers/port-broker.ts', 'port-broker.js')
  await build({
    ...common,
    plugins: [workersBeside()],
    build: bundle({ input: 'src/sdk/quire.browser.ts', output: { entryFileNames: 'quire.js' }, isLibrary: true }),
  })
  await build({
    ...common,
    build: bundle({ input: 'src/sdk/elements/define.ts', output: { entryFileNames: 'elements.js' }, isLibrary: true }),
  })
  await build({
    ...common,
    ssr: { noExternal: true, external: OPTIONAL },
    build: {
      ...bundle({ input: 'src/sdk/quire.node.ts', output: nodeOutput, isLibrary: true }),
      ssr: true,
      target: 'node20',
    },
  })
  await buildTypes(quiet)
  await writeLicenses()
  await writePackage()
}

const nodeOutput = { entryFileNames: 'node.js', chunkFileNames: 'node/[name]-[hash].js' }

function bundle({ input, output, isLibrary = false }) {
  return {
    outDir: OUT,
    emptyOutDir: false,
    target: 'es2022',
    // Of a worker it would be four times the worker, and nobody steps through one that is small as it comes.
    sourcemap: isLibrary,
    // Whoever bundles it makes it small; workers are taken as they are.
    minify: !isLibrary,
    modulePreload: false,
    license: { fileName: `${LICENSES}/${output.entryFileNames}.json` },
    // Its warning is for pages, which load everything at once.
    chunkSizeWarningLimit: 4_000,
    rolldownOptions: {
      input,
      external: OPTIONAL,
      ...(isLibrary ? { preserveEntrySignatures: 'strict' } : {}),
      output: { format: 'es', ...output },
    },
  }
}

/**
 * Leaves `new Worker(new URL('./worker.js', import.meta.url), …)` in the bundle, which is what the bundlers of users look for;
 * Vite’s own would put the workers elsewhere, and their address into a form that only Vite’s output has.
 */
function workersBeside() {
  return {
    name: 'quire-workers-beside',
    enforce: 'pre',
    transform(code) {
      const named = code.replaceAll(
        /new URL\(\s*'[./]*workers\/([\w.-]+)',\s*import\.meta\.url\s*\)/g,
        (_, file) => `QUIRE_URL_OF('${WORKERS.get(file)}')`,
      )
      return named === code ? null : { code: named, map: null }
    },
    generateBundle(_, files) {
      for (const chunk of Object.values(files)) {
        if (chunk.type !== 'chunk') continue
        chunk.code = chunk.code.replaceAll(
          /QUIRE_URL_OF\(["'`]([\w.-]+)["'`]\)/g,
          (_, file) => `new URL('./${file}', import.meta.url)`,
        )
      }
    },
  }
}

async function buildTypes(quiet) {
  const { code, output } = await run('tsc', ['-p', 'tsconfig.library.json'], { quiet: true })
  if (code !== 0) throw new Error(`The library’s types could not be made.\n${output}`)
  if (!quiet && output !== '') process.stdout.write(output)
  const used = await usedTypes(['sdk/quire.browser.d.ts', 'sdk/elements/define.d.ts'])
  for (const file of await readdir(TYPES, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(TYPES, file)
    // TypeScript of users takes “.ts” in an import only where a setting allows it.
    if (used.has(file)) await writeFile(path, (await readFile(path, 'utf8')).replaceAll(OWN_IMPORT, '$1$2.js$3'))
    else await rm(path)
  }
}

const OWN_IMPORT = /(from |import\()(['"]\.{1,2}\/[^'"]+)\.ts(['"])/g

/** The entries and what they name, further on, too: the rest is of the sources behind them. */
async function usedTypes(entries) {
  const used = new Set(entries)
  for (const file of used) {
    for (const [, , path] of (await readFile(join(TYPES, file), 'utf8')).matchAll(OWN_IMPORT)) {
      used.add(join(dirname(file), `${path.slice(1)}.d.ts`))
    }
  }
  return used
}

/** The terms of the packages that are bundled ask for their text beside the copies. */
async function writeLicenses() {
  const folder = join(OUT, LICENSES)
  const packages = new Map()
  for (const file of await readdir(folder)) {
    for (const each of JSON.parse(await readFile(join(folder, file), 'utf8'))) {
      packages.set(`${each.name} ${each.version}`, each)
    }
  }
  const parts = [...packages]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([title, { identifier, text }]) => {
      const terms = text?.trim().replaceAll(/^/gm, '> ') ?? ''
      return `## ${title}\n\n${identifier ?? 'See its package.'}\n\n${terms}`.trim()
    })
  const head = '# Packages inside this one\n\nTheir code is bundled into the files here, under their own licences.'
  await writeFile(join(OUT, 'THIRD-PARTY-LICENSES.md'), `${[head, ...parts].join('\n\n')}\n`)
  await rm(folder, { recursive: true })
}

async function writePackage() {
  const { name, version, description, keywords, license, exports, engines, dependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  const manifest = {
    name,
    version,
    description,
    keywords,
    license,
    type: 'module',
    exports: JSON.parse(JSON.stringify(exports).replaceAll('./dist/sdk/', './')),
    types: './types/sdk/quire.browser.d.ts',
    // Workers are entries of their own; nothing else does anything when it is imported, but for Node’s polyfill.
    sideEffects: ['./worker.js', './port-broker.js', './elements.js', './node.js', './node/*.js'],
    files: ['*.js', '*.js.map', 'node', 'types', 'THIRD-PARTY-LICENSES.md'],
    engines,
    peerDependencies: Object.fromEntries(OPTIONAL.map((each) => [each, `^${dependencies[each]}`])),
    peerDependenciesMeta: Object.fromEntries(OPTIONAL.map((each) => [each, { optional: true }])),
  }
  await writeFile(join(OUT, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await copyFile(join(root, 'LICENSE'), join(OUT, 'LICENSE'))
  await copyFile(join(root, 'docs', 'LIBRARY.md'), join(OUT, 'README.md'))
}

if (process.argv[1] === join(root, 'scripts', 'build-library.mjs')) await buildLibrary({ quiet: false })
